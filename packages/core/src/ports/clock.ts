import type { Timestamp } from '../domain/timestamp.js';

/** @public The time of day. */
export interface Clock {
  /** Now, with microseconds as far as the machine has them. Follows corrections of the machine's clock, also backwards. */
  now(): Timestamp;
}
