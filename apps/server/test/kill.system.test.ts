import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';

import { startPostgres } from '../../../test/embedded-postgres.ts';
import type { TestPostgres } from '../../../test/embedded-postgres.ts';
import { eventOf, makeGroup, makeReceiver } from './support/registry.js';
import { ADMIN_KEY, startServer } from './support/server-process.js';
import type { ServerProcess } from './support/server-process.js';

const KILLS = 20;
const WRITERS = 64;
/** How long the writers write before the server is killed, in milliseconds. */
const WRITING = [300, 900] as const;

interface Answered {
  readonly id: string;
  readonly transitions: readonly { readonly group_id: string; readonly generation: number }[];
}

describe('kill -9 in the middle of 64 writers', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres({ durable: true });
  });
  afterAll(() => postgres.stop());

  const start = (): Promise<ServerProcess> =>
    startServer({ XZEPR__DATABASE__URL: postgres.url, XZEPR__BOOTSTRAP__ADMIN_KEY: ADMIN_KEY });

  it(`loses and doubles nothing that was answered, ${String(KILLS)} times over`, async () => {
    const answered = new Map<string, Answered>();
    const unanswered: { readonly key: string; readonly body: object }[] = [];
    let server = await start();
    const receivers = [await makeReceiver(server, 'a'), await makeReceiver(server, 'b')] as const;
    await makeGroup(server, 'g', receivers);

    const post = async (key: string, body: object): Promise<boolean> => {
      const headers = { 'idempotency-key': key };
      const response = await server.ask('/api/v1/events', { method: 'POST', headers, body }).catch(() => undefined);
      // Killed, the server may say nothing, or not all of it; what it does say is that the event was recorded.
      if (response !== undefined) expect(response.status).toBe(201);
      const event = await response?.json().catch(() => undefined);
      if (event === undefined) return false;
      answered.set(key, event as Answered);
      return true;
    };
    const write = async (kill: number, writer: number, until: () => boolean): Promise<void> => {
      for (let number = 0; !until(); number += 1) {
        // Two writers meet in each subject, one for each receiver, so that gates complete all the time.
        const release = `${String(kill)}.${String(writer >> 1)}.${String(number)}`;
        const key = `${release}.${String(writer % 2)}`;
        const body = eventOf(receivers[writer % 2] ?? receivers[0], release);
        if (!(await post(key, body))) unanswered.push({ key, body });
      }
    };

    for (let kill = 0; kill < KILLS; kill += 1) {
      let over = false;
      const writing = Array.from({ length: WRITERS }, (_, writer) => write(kill, writer, () => over));
      const [least, most] = WRITING;
      await new Promise((resolve) => setTimeout(resolve, least + ((most - least) * kill) / KILLS));
      const killed = server.end('SIGKILL');
      over = true;
      await killed;
      await Promise.all(writing);
      server = await start();
      // Who got no answer sends it again under the same key.
      await Promise.all(
        unanswered.splice(0).map(async ({ key, body }) => {
          expect(await post(key, body)).toBe(true);
        }),
      );
    }
    await server.end('SIGTERM');

    expect(answered.size).toBeGreaterThan(KILLS * WRITERS);
    await expectAllStored(postgres.url, [...answered.values()]);
  });
});

async function expectAllStored(url: string, answered: readonly Answered[]): Promise<void> {
  const pool = new Pool({ connectionString: url });
  const counted = async (statement: string, values: readonly unknown[] = []): Promise<number> =>
    Number((await pool.query<{ readonly n: string }>(statement, [...values])).rows[0]?.n);
  const ids = answered.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const stored = 'select count(*) as n from events where id = any($1)';
  const fed = "select count(*) as n from feed where kind = 'event.recorded' and reference = any($1)";
  expect([await counted(stored, [ids]), await counted(fed, [ids])]).toEqual([ids.length, ids.length]);
  // Every key was answered in the end: an event beyond those would be a second one under some key.
  expect(await counted('select count(*) as n from events')).toBe(ids.length);
  const told = answered.flatMap(({ id, transitions }) => transitions.map(({ group_id: group }) => `${id} ${group}`));
  expect(told.length).toBeGreaterThan(0);
  const moved = "select count(*) as n from transitions where cause_event_id || ' ' || group_id = any($1)";
  expect(await counted(moved, [told])).toBe(told.length);
  const unfed = `select count(*) as n from transitions t
    where not exists (select from feed f where f.position = t.position and f.reference = t.id)`;
  expect(await counted(unfed)).toBe(0);
  expect(await counted('select count(*) as n from transitions')).toBe(told.length);
  await pool.end();
}
