import type { Scope, Stores, UnitOfWork } from '@xzepr/core';

import { postgresApiKeyStore } from './api-key-store.js';
import { postgresEventStore } from './event-store.js';
import { postgresGroupStore } from './group-store.js';
import { postgresKeptAnswers } from './kept-answers.js';
import { postgresReceiverStore } from './receiver-store.js';
import { postgresReconciliationStore } from './reconciliation-store.js';
import { sha256 } from './sha256.js';
import { textArray } from './sql.js';
import type { Opening, SqlConnection, SqlDatabase } from './sql.js';

/**
 * Claims are advisory locks that end with the transaction: keys first, then receivers, then subjects, each in the order of
 * their numbers, so that no two transactions wait for each other in a circle.
 *
 * @internal
 */
export function postgresUnitOfWork(database: SqlDatabase): UnitOfWork {
  return { run: (scope, work) => database.transaction(claims(scope), (connection) => work(storesOver(connection))) };
}

function storesOver(connection: SqlConnection): Stores {
  return {
    events: postgresEventStore(connection),
    receivers: postgresReceiverStore(connection),
    groups: postgresGroupStore(connection),
    reconciliations: postgresReconciliationStore(connection),
    answers: postgresKeptAnswers(connection),
    apiKeys: postgresApiKeyStore(connection),
  };
}

function claims({
  keys = [],
  sharedReceivers = [],
  exclusiveReceivers = [],
  subjects = [],
}: Scope): readonly Opening[] {
  const exclusive = new Set<string>(exclusiveReceivers);
  const receivers = [
    ...exclusiveReceivers.map((id) => [lockNumber('receiver', id), true] as const),
    ...sharedReceivers.filter((id) => !exclusive.has(id)).map((id) => [lockNumber('receiver', id), false] as const),
  ];
  const others = (kind: string, ids: readonly string[]): readonly Claim[] =>
    ids.map((id) => [lockNumber(kind, id), true] as const);
  return [...claimed(others('key', keys)), ...claimed(receivers), ...claimed(others('subject', subjects))];
}

type Claim = readonly [number: bigint, exclusive: boolean];

function claimed(wanted: readonly Claim[]): readonly Opening[] {
  if (wanted.length === 0) return [];
  const sorted = [...new Map(wanted)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    [
      CLAIM,
      [
        textArray(sorted.map(([number]) => String(number))),
        textArray(sorted.map(([, exclusive]) => String(exclusive))),
      ],
    ],
  ];
}

/** Runs down the list in its order, one lock after the other. */
const CLAIM = {
  name: 'claim',
  text: `select case when exclusive::boolean then pg_advisory_xact_lock(number::bigint)::text
      else pg_advisory_xact_lock_shared(number::bigint)::text end
    from unnest($1::text[], $2::text[]) as c(number, exclusive)`,
};

/** 64 bits of a hash: two things share one by chance once in billions, and then they only wait for each other. */
function lockNumber(kind: string, id: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${sha256(`${kind}:${id}`).slice(0, 16)}`));
}
