import { NO_EVENTS, afterEvent, isComplete } from './gate-rule.js';
import type { GatePolicy, Standing } from './gate-rule.js';
import type { EventId, GroupId, ReceiverId } from './ids.js';
import type { Subject, SubjectHash } from './subject.js';
import type { Timestamp } from './timestamp.js';
import type { TransitionCause, TransitionState } from './transition.js';

/**
 * Where one gate stands for one subject, as it is stored.
 *
 * @public
 */
export interface GateState {
  readonly complete: boolean;
  readonly generation: number;
  /** When the gate last moved for the subject; undefined when it never did. */
  readonly since: Timestamp | undefined;
  /** The group's `ruleVersion` that this was decided under. */
  readonly ruleVersion: number;
}

/**
 * What is needed to decide one gate for one subject: the rule, where it stood, and where its receivers stand.
 *
 * @public
 */
export interface GateContext {
  readonly groupId: GroupId;
  readonly subjectHash: SubjectHash;
  readonly policy: GatePolicy;
  readonly ruleVersion: number;
  readonly receiverIds: readonly ReceiverId[];
  /** Where each of `receiverIds` stands, in that order. */
  readonly standings: readonly Standing[];
  /** Undefined when the gate has not met the subject yet. */
  readonly stored: GateState | undefined;
}

/**
 * An edge before it has an id.
 *
 * @internal
 */
export interface Edge {
  readonly groupId: GroupId;
  readonly state: TransitionState;
  readonly generation: number;
  readonly cause: TransitionCause;
}

/**
 * An event as far as gates care.
 *
 * @internal
 */
export interface GateEvent {
  readonly id: EventId;
  readonly receiverId: ReceiverId;
  readonly subject: Subject;
  readonly subjectHash: SubjectHash;
  readonly success: boolean;
  readonly createdAt: Timestamp;
}

/**
 * One gate for one subject while events are applied to it, one after the other.
 *
 * @internal
 */
export interface GateProgress {
  readonly context: GateContext;
  readonly standings: readonly Standing[];
  readonly state: GateState;
}

/**
 * Where a gate stands before the first event of a unit of work.
 *
 * @internal
 */
export function progressFrom(context: GateContext): GateProgress {
  const unmet: GateState = { complete: false, generation: 0, since: undefined, ruleVersion: 0 };
  return { context, standings: context.standings, state: context.stored ?? unmet };
}

/**
 * Settles a state that an older rule decided: the edge says that the group changed, not that an event came. A state of the
 * rule of today is left alone.
 *
 * @internal
 */
export function settled(progress: GateProgress, at: Timestamp): readonly [GateProgress, Edge | undefined] {
  const { ruleVersion } = progress.context;
  if (progress.state.ruleVersion === ruleVersion) return [progress, undefined];
  return moved(progress, at, { kind: 'group_changed', resourceVersion: ruleVersion });
}

/**
 * The gate after `event`, which must be about its subject and posted to one of its receivers, and the edge it caused.
 *
 * @internal
 */
export function afterGateEvent(progress: GateProgress, event: GateEvent): readonly [GateProgress, Edge | undefined] {
  const index = progress.context.receiverIds.indexOf(event.receiverId);
  const standings = progress.standings.with(index, afterEvent(progress.standings[index] ?? NO_EVENTS, event.success));
  return moved({ ...progress, standings }, event.createdAt, { kind: 'event', eventId: event.id });
}

function moved(
  { context, standings, state }: GateProgress,
  at: Timestamp,
  cause: TransitionCause,
): readonly [GateProgress, Edge | undefined] {
  const { groupId, policy, ruleVersion } = context;
  const complete = isComplete(policy, standings);
  if (complete === state.complete) return [{ context, standings, state: { ...state, ruleVersion } }, undefined];
  const generation = state.generation + 1;
  const edge: Edge = { groupId, state: complete ? 'completed' : 'reopened', generation, cause };
  return [{ context, standings, state: { complete, generation, since: at, ruleVersion } }, edge];
}
