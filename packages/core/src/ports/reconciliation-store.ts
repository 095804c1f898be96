import type { GroupId } from '../domain/ids.js';
import type { SubjectHash } from '../domain/subject.js';

/**
 * Which groups have subjects left to settle, and how far that is.
 *
 * @public
 */
export interface ReconciliationStore {
  /** Begins, or begins anew, for the rule of `ruleVersion`. */
  start(groupId: GroupId, ruleVersion: number): Promise<void>;
  /** Ends it, however far it is; nothing happens when there is none. */
  cancel(groupId: GroupId): Promise<void>;
  /**
   * Goes on from `reconciliation` to `cursor`, or ends it when that is undefined.
   *
   * @returns false, and changes nothing, when it is no longer where it was: another process did the same work, or it began anew
   */
  advance(reconciliation: Reconciliation, cursor: SubjectHash | undefined): Promise<boolean>;
}

/** @public How far settling the subjects of a group is. */
export interface Reconciliation {
  readonly groupId: GroupId;
  readonly ruleVersion: number;
  /** The last subject that is done; undefined before the first. */
  readonly cursor: SubjectHash | undefined;
}
