import type { EventId, GroupId, ReceiverId } from './ids.js';
import type { JsonText } from './json-text.js';
import type { Subject, SubjectHash } from './subject.js';
import type { Timestamp } from './timestamp.js';
import type { TransitionState } from './transition.js';

/**
 * An immutable report: a tool says of one subject what it did and whether that went well.
 *
 * @public
 */
export interface ProvenanceEvent {
  readonly id: EventId;
  /** Its place in the feed. Events of one subject became visible in the order of their positions. */
  readonly position: number;
  readonly subject: Subject;
  readonly description: string;
  /** Byte for byte as it was sent. */
  readonly payload: JsonText;
  readonly success: boolean;
  readonly receiverId: ReceiverId;
  /** The `resourceVersion` of the receiver whose schema the payload was checked against. */
  readonly receiverVersion: number;
  /** Id of the principal who reported it. */
  readonly createdBy: string;
  readonly createdAt: Timestamp;
  /** The edges that this event caused, in the order of their positions. */
  readonly transitions: readonly EventTransition[];
}

/**
 * An edge as the event that caused it tells it.
 *
 * @public
 */
export interface EventTransition {
  readonly groupId: GroupId;
  readonly state: TransitionState;
  readonly generation: number;
}

/**
 * An event before the store has given it its place.
 *
 * @public
 */
export interface NewEvent extends Omit<ProvenanceEvent, 'position' | 'transitions'> {
  readonly subjectHash: SubjectHash;
}
