import type { FeedKind } from '../backend-harness.js';
import type { Claims } from './claims.js';
import type { Tables } from './tables.js';

/** @internal What the stores of one unit of work share. */
export interface Run {
  readonly tables: Tables;
  readonly claims: Claims;
  /** A position that no other has. One that is not used is a gap, as after a unit of work that was rejected. */
  readonly nextPosition: () => number;
}

/** @internal Adds to the feed, at a position of its own. */
export function announce({ tables, nextPosition }: Run, kind: FeedKind, reference: string): void {
  const position = nextPosition();
  tables.feed.set(position, { position, kind, reference });
}
