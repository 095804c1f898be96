import type { NewEvent } from '../domain/event.js';
import type { GateContext, GateState } from '../domain/gate-state.js';
import type { GroupId, ReceiverId } from '../domain/ids.js';
import type { Subject, SubjectHash } from '../domain/subject.js';
import type { NewTransition } from '../domain/transition.js';

/**
 * Events, and the gates that they move.
 *
 * @public
 */
export interface EventStore {
  /**
   * Every enabled gate that has one of the receivers, for the subject it is paired with, as it stands now. A gate and subject
   * that several pairs lead to come once. In no order; empty when no gate cares.
   */
  gatesTouchedBy(posts: readonly Post[]): Promise<readonly GateContext[]>;
  /** One gate for the given subjects, enabled or not, in no order; empty when there is no such group. */
  gatesOf(groupId: GroupId, subjects: readonly SubjectHash[]): Promise<readonly GateContext[]>;
  /**
   * Adds `facts` to the feed, each also where it is read from, and puts the gate states in place. Facts get increasing
   * positions in the order given, greater than that of any fact of the same subject before.
   *
   * @returns the positions, one for each fact
   */
  append(facts: readonly Fact[], states: readonly GateStateChange[]): Promise<readonly number[]>;
}

/** @public Where an event is posted to, and what it is about. */
export interface Post {
  readonly receiverId: ReceiverId;
  readonly subjectHash: SubjectHash;
}

/** @public Something that happened, for good. */
export type Fact =
  | { readonly kind: 'event'; readonly event: NewEvent }
  | { readonly kind: 'transition'; readonly transition: NewTransition };

/** @public Where a gate stands for a subject from now on. */
export interface GateStateChange {
  readonly groupId: GroupId;
  readonly subject: Subject;
  readonly subjectHash: SubjectHash;
  readonly state: GateState;
  /**
   * Index of the fact that moved the gate, or that made it meet the subject: its position orders the gate's board.
   * Undefined leaves a row its place, and gives a new one a position that no fact has or will have.
   */
  readonly fact: number | undefined;
}
