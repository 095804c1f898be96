import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreUnavailableError } from '@xzepr/core';
import type { ReceiverId } from '@xzepr/core';
import { Pool } from 'pg';

import { createTestDatabase } from '../../../test/postgres.ts';
import type { TestDatabase } from '../../../test/postgres.ts';
import { SchemaTooNewError, postgresBackend, postgresPoolConfig } from '../src/index.js';
import type { PostgresBackend } from '../src/index.js';

let database: TestDatabase;
let backend: PostgresBackend;
let admin: Pool;
beforeEach(async () => {
  database = await createTestDatabase();
  backend = open();
  admin = new Pool({ connectionString: database.url, max: 1, application_name: 'admin' });
});
afterEach(async () => {
  await admin.end();
  await backend.close();
  await database.drop();
});

function open(deadlineMs = 20_000): PostgresBackend {
  return postgresBackend(new Pool(postgresPoolConfig({ connectionString: database.url })), { deadlineMs });
}

const endOthers = async (): Promise<void> => {
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'xzepr' and datname = current_database()",
  );
};
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a connection that the database ends', () => {
  it('in the middle of a transaction, between two statements, fails that transaction alone', async () => {
    await backend.migrate();
    const interrupted = backend.unitOfWork.run({ keys: ['k'] }, async ({ answers }) => {
      await later(50);
      await endOthers();
      await later(100);
      return answers.find(['k']);
    });
    await expect(interrupted).rejects.toBeInstanceOf(StoreUnavailableError);
    await backend.ping();
  });

  it('while it is idle, is replaced', async () => {
    await backend.migrate();
    await backend.ping();
    await endOthers();
    await later(50);
    await backend.ping();
  });
});

describe('a deadline', () => {
  it('passes for who holds a connection, who waits for one is told at once, and soon all is well', async () => {
    await backend.migrate();
    const hasty = postgresBackend(new Pool(postgresPoolConfig({ connectionString: database.url, poolSize: 1 })), {
      deadlineMs: 300,
    });
    let isOver = false;
    const slow = hasty.unitOfWork.run({}, async () => {
      await later(1_000);
      isOver = true;
    });
    const queued = hasty.ping();
    const told = await Promise.allSettled([slow, queued]);
    expect(told.map((one) => one.status === 'rejected' && one.reason instanceof StoreUnavailableError)).toEqual([
      true,
      true,
    ]);
    expect(isOver).toBe(false);
    await later(300);
    await hasty.ping();
    await hasty.close();
  });
});

describe('a deadline while the database answers others', () => {
  it('passes for the one that is slow, and for nobody else', async () => {
    await backend.migrate();
    const hasty = postgresBackend(new Pool(postgresPoolConfig({ connectionString: database.url, poolSize: 3 })), {
      deadlineMs: 600,
    });
    await hasty.ping();
    const slow = { ends: 0 };
    const ended = hasty.unitOfWork.run({}, () => later(1_000)).finally(() => (slow.ends += 1));
    const refused = expect(ended).rejects.toBeInstanceOf(StoreUnavailableError);
    while (slow.ends === 0) await hasty.ping();
    await hasty.ping();
    await refused;
    await hasty.close();
  });
});

describe('a search', () => {
  it('is planned for what is asked: what is rare is not looked for in all there is', async () => {
    await backend.migrate();
    await admin.query(MANY_EVENTS);
    await admin.query('analyze events');
    for (const filter of [{ name: 'rare' }, { receiverId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' as ReceiverId }]) {
      expect(await backend.reader.events.search(filter, 'desc', { after: undefined, limit: 50 })).toEqual([]);
    }
    // What a connection has counted is told when it ends.
    await endOthers();
    await later(100);
    const { rows } = await admin.query<{ readonly read: string }>(
      "select idx_tup_read as read from pg_stat_user_indexes where indexrelname = 'events_position_key'",
    );
    expect(Number(rows[0]?.read)).toBeLessThan(100);
  });
});

const MANY_EVENTS = `insert into events
  select n::text, n, decode('00', 'hex'), 'common', '1', '1', '1', '1', '', '1', true, 'common', 1, 'someone', now()
  from generate_series(1, 20000) as n`;

describe('migrations', () => {
  it('are made once, by whichever of many processes comes first', async () => {
    const others = Array.from({ length: 4 }, () => open());
    const reports = await Promise.all([backend, ...others].map((one) => one.migrate()));
    await Promise.all(others.map((other) => other.close()));
    expect(reports.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    expect(await backend.isMigrated()).toBe(true);
    expect(await backend.migrate()).toEqual({ applied: [] });
  });

  it('are refused by a database that a newer version has changed', async () => {
    await backend.migrate();
    await admin.query("insert into kysely_migration (name, timestamp) values ('9999_later', now()::text)");
    const refusal = backend.migrate();
    await expect(refusal).rejects.toBeInstanceOf(SchemaTooNewError);
    await expect(refusal).rejects.toMatchObject({ unknown: ['9999_later'] });
    expect(await backend.isMigrated()).toBe(false);
  });
});
