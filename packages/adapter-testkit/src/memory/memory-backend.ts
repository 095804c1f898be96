import type { RegistryReader, Scope, Stores, UnitOfWork } from '@xzepr/core';

import type { FeedEntry } from '../backend-harness.js';
import { claimsOf } from './claims.js';
import { memoryEventStore } from './memory-event-store.js';
import { memoryApiKeyStore, memoryKeptAnswers, memoryReconciliationStore } from './memory-other-stores.js';
import { memoryReader } from './memory-reader.js';
import { memoryGroupStore, memoryReceiverStore } from './memory-registry-stores.js';
import {
  memoryAuditStore,
  memoryRoundTripStore,
  memorySessionStore,
  memorySigningKeyStore,
} from './memory-session-stores.js';
import { memoryMemberStore, memoryUserStore } from './memory-user-stores.js';
import type { Run } from './run.js';
import { draftTables, emptyTables } from './tables.js';

/**
 * A registry's memory in the process's own, gone with it. Units of work run one after the other, and a claim that is missing
 * from a scope is an error: what works here without one would not elsewhere.
 *
 * @public
 */
export interface MemoryBackend {
  readonly unitOfWork: UnitOfWork;
  readonly reader: RegistryReader;
  /** Everything that was announced, by position. */
  feed(): readonly FeedEntry[];
}

/**
 * An empty one.
 *
 * @public
 */
export function memoryBackend(): MemoryBackend {
  const kept = emptyTables();
  let position = 0;
  let last: Promise<unknown> = Promise.resolve();
  const nextPosition = (): number => (position += 1);

  async function attempt<T>(scope: Scope, work: (stores: Stores) => Promise<T>): Promise<T> {
    const { tables, keep } = draftTables(kept);
    const result = await work(storesOf({ tables, claims: claimsOf(scope), nextPosition }));
    keep();
    return result;
  }

  return {
    unitOfWork: {
      run(scope, work) {
        const result = last.then(() => attempt(scope, work));
        // A failure is told to whoever asked; the next one only waits for its end.
        last = result.catch(() => undefined);
        return result;
      },
    },
    reader: memoryReader(kept),
    feed: () => [...kept.feed.values()].sort((a, b) => a.position - b.position),
  };
}

/** @internal */
export function storesOf(run: Run): Stores {
  return {
    events: memoryEventStore(run),
    receivers: memoryReceiverStore(run),
    groups: memoryGroupStore(run),
    reconciliations: memoryReconciliationStore(run),
    answers: memoryKeptAnswers(run),
    apiKeys: memoryApiKeyStore(run),
    users: memoryUserStore(run),
    members: memoryMemberStore(run),
    sessions: memorySessionStore(run),
    roundTrips: memoryRoundTripStore(run),
    audit: memoryAuditStore(run),
    signingKeys: memorySigningKeyStore(run),
  };
}
