import type { ReceiverId } from './ids.js';
import type { Timestamp } from './timestamp.js';
import type { Subject } from './subject.js';

/**
 * Which events are wanted: those that fit everything that is given. `from` is inclusive, `to` exclusive.
 *
 * @public
 */
export interface EventFilter extends Partial<Subject> {
  readonly receiverId?: ReceiverId;
  readonly success?: boolean;
  readonly from?: Timestamp;
  readonly to?: Timestamp;
}

/**
 * Oldest or newest first, by position.
 *
 * @public
 */
export type EventOrder = 'asc' | 'desc';
