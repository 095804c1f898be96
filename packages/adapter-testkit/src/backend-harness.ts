import type { RegistryReader, UnitOfWork } from '@xzepr/core';

/** @public What a feed entry tells of. */
export type FeedKind =
  | 'event.recorded'
  | 'gate.completed'
  | 'gate.reopened'
  | 'receiver.created'
  | 'receiver.updated'
  | 'receiver.deleted'
  | 'group.created'
  | 'group.updated'
  | 'group.deleted';

/** @public An entry of the feed. `reference` is the id of the event, transition, receiver or group. */
export interface FeedEntry {
  readonly position: number;
  readonly kind: FeedKind;
  readonly reference: string;
}

/**
 * A store under test: the two ports that everything is kept behind, and what a test needs beside them.
 *
 * @public
 */
export interface BackendHarness {
  readonly unitOfWork: UnitOfWork;
  readonly reader: RegistryReader;
  /** Everything in the feed, by position, straight from where it is kept. */
  feed(): Promise<readonly FeedEntry[]>;
  /** Forgets everything, also what was committed. */
  reset(): Promise<void>;
  /** Gives back what `open` took. */
  close(): Promise<void>;
}
