import fc from 'fast-check';

import type { BackendHarness } from '../backend-harness.js';
import { histories } from './actions.js';
import { play } from './play.js';

/** @public How many histories are played; `seed` repeats a run that failed. */
export interface HistoryOptions {
  readonly runs: number;
  readonly seed?: number;
}

/**
 * Plays random histories on a store (shared receivers, overlapping groups, both policies, groups that change, are disabled,
 * enabled and deleted, batches, posts at the same time, repeats under idempotency keys, settling at any moment) and compares
 * what comes of each with a model that works everything out anew from all events.
 *
 * @throws Error with the shortest history found whose outcome is not what the rule says
 * @public
 */
export async function historyProperty(
  open: () => Promise<BackendHarness>,
  { runs, seed }: HistoryOptions,
): Promise<void> {
  const harness = await open();
  try {
    const property = fc.asyncProperty(histories, (history) => play(harness, history));
    await fc.assert(property, seed === undefined ? { numRuns: runs } : { numRuns: runs, seed });
  } finally {
    await harness.close();
  }
}
