import { PGlite } from '@electric-sql/pglite';
import type { BackendHarness, FeedEntry } from '@xzepr/adapter-testkit';
import { Pool } from 'pg';

import { createTestDatabase } from '../../../test/postgres.ts';
import { pgliteBackend, postgresBackend, postgresPoolConfig } from '../src/index.js';

const TABLES = `event_receivers, event_receiver_revisions, event_receiver_groups, group_members, group_revisions, events,
  gate_states, transitions, feed, idempotency_keys, reconciliations, api_keys, users,
  user_passwords, user_identities, sessions, refresh_tokens, revoked_tokens, round_trips, group_users, audit_log, signing_keys`;
const FEED = 'select position::text as position, kind, reference from feed order by feed.position';

interface FeedRow {
  readonly position: string;
  readonly kind: FeedEntry['kind'];
  readonly reference: string;
}

/** A database of its own in the PostgreSQL of this run, or in another one. */
export async function openPostgres(serverUrl?: string): Promise<BackendHarness & { readonly url: string }> {
  const { url, drop } = await createTestDatabase(serverUrl);
  const pool = new Pool(postgresPoolConfig({ connectionString: url }));
  const backend = postgresBackend(pool, { deadlineMs: 20_000 });
  await backend.migrate();
  return {
    url,
    unitOfWork: backend.unitOfWork,
    reader: backend.reader,
    feed: async () => (await pool.query<FeedRow>(FEED)).rows.map(entryOf),
    reset: async () => {
      await pool.query(`truncate ${TABLES} restart identity`);
    },
    close: async () => {
      await backend.close();
      await drop();
    },
  };
}

/** PGlite in memory. */
export async function openPglite(): Promise<BackendHarness> {
  const pglite = new PGlite();
  const backend = pgliteBackend(pglite);
  await backend.migrate();
  return {
    unitOfWork: backend.unitOfWork,
    reader: backend.reader,
    feed: async () => (await pglite.query<FeedRow>(FEED)).rows.map(entryOf),
    reset: async () => {
      await pglite.exec(`truncate ${TABLES} restart identity`);
    },
    close: () => backend.close(),
  };
}

function entryOf({ position, kind, reference }: FeedRow): FeedEntry {
  return { position: Number(position), kind, reference };
}
