import type { GatePolicy } from './gate-rule.js';
import { parseId } from './ids.js';
import type { GroupId, ReceiverId } from './ids.js';
import type { Problem } from './problem.js';
import type { Timestamp } from './timestamp.js';

/**
 * An event receiver group: a quality gate that a subject passes when every receiver in it is passing.
 *
 * @public
 */
export interface Group {
  readonly id: GroupId;
  readonly name: string;
  readonly type: string;
  readonly version: string;
  readonly description: string;
  /** 1 to 100, none twice, in the order given. */
  readonly receiverIds: readonly ReceiverId[];
  readonly policy: GatePolicy;
  readonly enabled: boolean;
  /**
   * Whether its receivers take events from its members, its owner and administrators only. Holds while the group is there, enabled
   * or not.
   */
  readonly membersOnly: boolean;
  /** The user who made it, or on whose behalf it was made; the id of the principal where there is no user. */
  readonly ownerId: string;
  /** 1 when created, one more for each change. */
  readonly resourceVersion: number;
  /** The `resourceVersion` at which receivers, policy or being enabled last changed: states decided before it are settled anew. */
  readonly ruleVersion: number;
  readonly createdBy: string;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
}

/**
 * A group, and whether its subjects are still being settled after a change of its rule.
 *
 * @public
 */
export interface GroupView extends Group {
  readonly reconciling: boolean;
}

/**
 * A group as it was at one of its versions, and who made it so.
 *
 * @public
 */
export interface GroupRevision extends Group {
  readonly changedBy: string;
}

const MAX_RECEIVERS = 100;

/**
 * What is wrong with a group's list of receivers, before anyone has looked whether they exist.
 *
 * @public
 */
export function membershipProblems(receiverIds: readonly string[]): readonly Problem[] {
  const pointer = '/event_receiver_ids';
  if (receiverIds.length < 1 || receiverIds.length > MAX_RECEIVERS) {
    return [{ pointer, detail: `must name 1 to ${String(MAX_RECEIVERS)} receivers` }];
  }
  return receiverIds.flatMap((id, index) => {
    const first = receiverIds.indexOf(id);
    if (parseId(id) === undefined) return [{ pointer: `${pointer}/${String(index)}`, detail: 'must be a ULID' }];
    if (first === index) return [];
    return [{ pointer: `${pointer}/${String(index)}`, detail: `is the same receiver as ${pointer}/${String(first)}` }];
  });
}

/**
 * Whether going from one to the other may move gates: then every subject of the group is settled anew.
 *
 * @internal
 */
export function changesRule(before: Group, after: Group): boolean {
  if (before.policy !== after.policy || (after.enabled && !before.enabled)) return true;
  return before.receiverIds.join() !== after.receiverIds.join();
}
