/** @public Makes ids. */
export interface Ids {
  /** A new ULID in upper case; within one process each is greater than the one before. */
  next(): string;
}
