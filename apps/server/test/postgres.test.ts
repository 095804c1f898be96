import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { startPostgres } from '../../../test/embedded-postgres.ts';
import type { TestPostgres } from '../../../test/embedded-postgres.ts';
import { createTestDatabase } from '../../../test/postgres.ts';
import type { TestDatabase } from '../../../test/postgres.ts';
import { eventOf, makeGroup, makeReceiver } from './support/registry.js';
import type { Json } from './support/registry.js';
import { ADMIN_KEY, runServer, startServer } from './support/server-process.js';
import type { Environment, ServerProcess } from './support/server-process.js';

jest.setTimeout(90_000);

function environmentOf(url: string): Environment {
  return { XZEPR__DATABASE__URL: url, XZEPR__BOOTSTRAP__ADMIN_KEY: ADMIN_KEY };
}

describe('on PostgreSQL', () => {
  let database: TestDatabase;
  const running: ServerProcess[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.end('SIGKILL')));
    await database.drop();
  });

  it('is migrated by command, once', async () => {
    const first = await runServer(environmentOf(database.url), 'migrate');
    expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('0001')]);
    expect((await runServer(environmentOf(database.url), 'migrate')).stdout).toBe('nothing to do\n');
  });

  it('two replicas start at once on an empty database, and decide one gate together', async () => {
    const [one, two] = await Promise.all([
      startServer(environmentOf(database.url)),
      startServer(environmentOf(database.url)),
    ]);
    running.push(one, two);
    const receivers = [await makeReceiver(one, 'a'), await makeReceiver(two, 'b')] as const;
    await makeGroup(one, 'g', receivers);
    const answers = await Promise.all([
      one.ask('/api/v1/events', { method: 'POST', body: eventOf(receivers[0], '1') }),
      two.ask('/api/v1/events', { method: 'POST', body: eventOf(receivers[1], '1') }),
    ]);
    const events = (await Promise.all(answers.map((answer) => answer.json()))) as { readonly transitions: Json[] }[];
    expect(events.flatMap(({ transitions }) => transitions)).toMatchObject([{ state: 'completed', generation: 1 }]);
  });

  it('answers what is under way before it ends', async () => {
    const server = await startServer(environmentOf(database.url));
    running.push(server);
    const receiver = await makeReceiver(server, 'a');
    const text = JSON.stringify(eventOf(receiver, '1'));
    const { promise: rest, resolve: sendRest } = Promise.withResolvers<undefined>();
    async function* inTwoParts(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(text.slice(0, 20));
      await rest;
      yield Buffer.from(text.slice(20));
    }
    const headers = { 'x-api-key': ADMIN_KEY, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: inTwoParts(), duplex: 'half' };
    const answer = fetch(`${server.url}/api/v1/events`, init as unknown as RequestInit);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const ended = server.end('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    sendRest(undefined);
    expect((await answer).status).toBe(201);
    expect(await ended).toBe(0);
  });
});

describe('while PostgreSQL', () => {
  let postgres: TestPostgres;
  let server: ServerProcess;
  let receiver: string;
  beforeAll(async () => {
    postgres = await startPostgres({ durable: true });
    server = await startServer(environmentOf(postgres.url));
    receiver = await makeReceiver(server, 'a');
  });
  afterAll(async () => {
    await server.end('SIGKILL');
    await postgres.stop();
  });

  const post = async (release: string) => {
    const began = performance.now();
    const answer = await server.ask('/api/v1/events', { method: 'POST', body: eventOf(receiver, release) });
    return { status: answer.status, retry: answer.headers.get('retry-after'), ms: performance.now() - began };
  };
  const health = async (path: string): Promise<number> => (await server.ask(path)).status;
  const eventually = async (path: string, status: number): Promise<void> => {
    const deadline = Date.now() + 20_000;
    while ((await health(path)) !== status) {
      if (Date.now() > deadline) throw new Error(`${path} did not come to ${String(status)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const postmaster = (): number =>
    Number(readFileSync(join(postgres.directory, 'postmaster.pid'), 'utf8').split('\n')[0]);

  async function expectOutage(release: string): Promise<void> {
    const refused = await Promise.all(Array.from({ length: 10 }, () => post(release)));
    for (const { status, retry, ms } of refused) {
      expect([status, retry]).toEqual([503, '2']);
      expect(ms).toBeLessThan(2_500);
    }
    await eventually('/health/ready', 503);
    expect(await health('/health/live')).toBe(200);
  }
  async function expectRecovery(release: string): Promise<void> {
    await eventually('/health/ready', 200);
    expect((await post(release)).status).toBe(201);
    const read = await server.ask(`/api/v1/events?release=${release}`);
    expect(((await read.json()) as { readonly data: Json[] }).data).toHaveLength(1);
  }

  it('is gone: 503 in time, alive, not ready, and well again by itself', async () => {
    expect((await post('before')).status).toBe(201);
    process.kill(postmaster(), 'SIGKILL');
    await expectOutage('gone');
    await postgres.restart();
    await expectRecovery('gone');
  });

  it('is silent on every connection: the same', async () => {
    expect((await post('before-silence')).status).toBe(201);
    const stopped = backendsOf(postmaster());
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    try {
      await expectOutage('silent');
    } finally {
      for (const pid of stopped) process.kill(pid, 'SIGCONT');
    }
    await eventually('/health/ready', 200);
    expect((await post('after-silence')).status).toBe(201);
  });
});

/** The process and its children, as Linux tells them. */
function backendsOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
  return [pid, ...children.split(' ').filter(Boolean).map(Number)];
}
