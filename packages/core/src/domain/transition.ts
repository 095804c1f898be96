import type { EventId, GroupId, TransitionId } from './ids.js';
import type { Subject, SubjectHash } from './subject.js';
import type { Timestamp } from './timestamp.js';

/**
 * The two edges of a gate: it opened for a subject, or it closed again.
 *
 * @public
 */
export type TransitionState = 'completed' | 'reopened';

/**
 * Why a gate moved: an event came in, or the group itself was changed and its subjects were looked at anew.
 *
 * @public
 */
export type TransitionCause =
  | { readonly kind: 'event'; readonly eventId: EventId }
  | { readonly kind: 'group_changed'; readonly resourceVersion: number };

/**
 * One edge of one gate for one subject; it is recorded exactly once.
 *
 * @public
 */
export interface Transition {
  readonly id: TransitionId;
  readonly groupId: GroupId;
  readonly subject: Subject;
  readonly state: TransitionState;
  /** Counts the edges of this gate for this subject from 1: odd ones completed it, even ones reopened it. */
  readonly generation: number;
  readonly cause: TransitionCause;
  readonly position: number;
  readonly at: Timestamp;
}

/**
 * A transition before the store has given it its place.
 *
 * @public
 */
export interface NewTransition extends Omit<Transition, 'position'> {
  readonly subjectHash: SubjectHash;
}
