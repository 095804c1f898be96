import { isComplete, outcomeOf } from './gate-rule.js';
import type { GatePolicy, OutcomeKind, Standing } from './gate-rule.js';
import type { GroupView } from './group.js';
import type { EventId, GroupId, ReceiverId } from './ids.js';
import type { RegistryName } from './receiver.js';
import type { Subject } from './subject.js';
import type { Timestamp } from './timestamp.js';

/**
 * The answer to "is this subject through this gate?".
 *
 * @public
 */
export interface Verdict {
  readonly group: RegistryName & { readonly id: GroupId; readonly resourceVersion: number };
  readonly subject: Subject;
  readonly policy: GatePolicy;
  readonly state: GateVerdictState;
  /** How often the gate has moved for this subject. */
  readonly generation: number;
  /** When it last moved; undefined when it never did. */
  readonly since: Timestamp | undefined;
  /** One for each receiver of the group, in the group's order. */
  readonly receivers: readonly ReceiverOutcome[];
}

/** @public How a gate answers for a subject. */
export type GateVerdictState = 'complete' | 'incomplete' | 'disabled';

/**
 * What one receiver says of the subject, and the event that says it.
 *
 * @public
 */
export interface ReceiverOutcome extends RegistryName {
  readonly id: ReceiverId;
  readonly outcome: OutcomeKind;
  readonly eventId: EventId | undefined;
  readonly at: Timestamp | undefined;
}

/**
 * An event as evidence.
 *
 * @public
 */
export interface EventMark {
  readonly eventId: EventId;
  readonly success: boolean;
  readonly at: Timestamp;
}

/**
 * What one receiver of a group has on a subject: its newest event and its newest successful one, undefined where there is none.
 *
 * @public
 */
export interface ReceiverEvidence extends RegistryName {
  readonly id: ReceiverId;
  readonly latest: EventMark | undefined;
  readonly latestSuccess: EventMark | undefined;
}

/**
 * All that a verdict is made of, as of one moment.
 *
 * @public
 */
export interface GateEvidence {
  readonly group: GroupView;
  /** One for each receiver of the group, in the group's order. */
  readonly receivers: readonly ReceiverEvidence[];
  /** How often the gate has moved for the subject, and when last; 0 and undefined when it never did. */
  readonly generation: number;
  readonly since: Timestamp | undefined;
}

/**
 * What the evidence amounts to.
 *
 * @public
 */
export function verdictOf(subject: Subject, { group, receivers, generation, since }: GateEvidence): Verdict {
  const complete = isComplete(group.policy, receivers.map(standingOf));
  const { id, name, type, version, policy, resourceVersion } = group;
  return {
    group: { id, name, type, version, resourceVersion },
    subject,
    policy,
    state: group.enabled ? (complete ? 'complete' : 'incomplete') : 'disabled',
    generation,
    since,
    receivers: receivers.map((receiver) => receiverOutcome(policy, receiver)),
  };
}

function standingOf({ latest, latestSuccess }: ReceiverEvidence): Standing {
  return { latest: latest?.success, everSucceeded: latestSuccess !== undefined };
}

/** Under `any` a passing receiver cites the success that lets it pass, even when failures came later. */
function receiverOutcome(policy: GatePolicy, evidence: ReceiverEvidence): ReceiverOutcome {
  const { id, name, type, version, latest, latestSuccess } = evidence;
  const outcome = outcomeOf(policy, standingOf(evidence));
  const cited = policy === 'any' ? (latestSuccess ?? latest) : latest;
  return { id, name, type, version, outcome, eventId: cited?.eventId, at: cited?.at };
}
