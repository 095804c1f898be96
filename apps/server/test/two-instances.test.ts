import { later } from '@xzepr/core';
import type { Principal } from '@xzepr/core';
import { systemClock } from '@xzepr/adapters-node';
import { loadSettings } from '@xzepr/server';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { createTestDatabase } from '../../../test/postgres.ts';
import type { TestDatabase } from '../../../test/postgres.ts';
import { startRedis, until } from '../../../test/redis.ts';
import type { TestRedis } from '../../../test/redis.ts';
import { rotateSigningKey } from '../src/signing-keys.js';
import { openStore } from '../src/store.js';
import { PASSWORD, QUICK, asNobody, personIn, signIn, statusOf } from './support/people.js';
import type { Person } from './support/people.js';
import { eventOf, makeReceiver } from './support/registry.js';
import type { Json } from './support/registry.js';
import { ADMIN_KEY, startServer } from './support/server-process.js';
import type { Environment, ServerProcess } from './support/server-process.js';

jest.setTimeout(180_000);

/** How long what has changed on one server may go unnoticed on the other. */
const NOTICED_MS = 1_000;
/** No answer takes so long, whatever is away and however busy the machine is. */
const BOUND_MS = 8_000;
const PER_MINUTE = 60;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Two servers on one PostgreSQL and one Redis. */
interface Pair {
  readonly one: ServerProcess;
  readonly two: ServerProcess;
  readonly redis: TestRedis;
  readonly environment: Environment;
  end(): Promise<void>;
}

async function startPair(more: Environment = {}): Promise<Pair> {
  const [database, redis]: [TestDatabase, TestRedis] = await Promise.all([createTestDatabase(), startRedis()]);
  const environment = {
    ...{ ...QUICK, XZEPR__BOOTSTRAP__ADMIN_KEY: ADMIN_KEY, XZEPR__SERVER__REPLICAS: '2' },
    ...{ XZEPR__DATABASE__URL: database.url, XZEPR__REDIS__URL: redis.url, ...more },
  };
  const [one, two] = await Promise.all([startServer(environment), startServer(environment)]);
  return {
    ...{ one, two, redis, environment },
    async end() {
      await Promise.all([one.end('SIGKILL'), two.end('SIGKILL')]);
      await Promise.all([redis.stop(), database.drop()]);
    },
  };
}

describe('of two servers', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({ XZEPR__RATE_LIMIT__AUTHENTICATED_PER_MINUTE: String(PER_MINUTE) });
  });
  afterAll(() => pair.end());

  const onOne = async (path: string, method: string, body?: Json, headers: Environment = {}): Promise<void> => {
    const key = headers['x-api-key'] ?? ADMIN_KEY;
    const answer = await pair.one.ask(path, { key, method, headers, ...(body !== undefined && { body }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  };
  const jtiOf = ({ access }: Person): string =>
    (JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString()) as { readonly jti: string }).jti;

  const changes: Readonly<Record<string, (person: Person) => Promise<void>>> = {
    'they sign out': ({ access }) => onOne('/api/v1/auth/logout', 'POST', undefined, { 'x-api-key': access }),
    'they are disabled': ({ id }) => onOne(`/api/v1/users/${id}`, 'DELETE'),
    'their sessions are ended': ({ id }) => onOne(`/api/v1/users/${id}/sessions`, 'DELETE'),
    'their password is set': ({ id }) =>
      onOne(`/api/v1/users/${id}`, 'PATCH', { password: 'a horse of another colour' }),
    'the token is revoked': (person) => onOne(`/api/v1/auth/tokens/${jtiOf(person)}`, 'DELETE'),
    'their refresh token comes back': async ({ refresh }) => {
      for (const status of [200, 401]) {
        const answer = await asNobody(pair.one, '/api/v1/auth/refresh', { refresh_token: refresh });
        expect(answer.status).toBe(status);
      }
    },
  };

  it.each(Object.keys(changes))('the other refuses a token within a second when %s on the one', async (what) => {
    const person = await personIn(pair.one, 'event_viewer');
    expect([await statusOf(pair.one, person.access), await statusOf(pair.two, person.access)]).toEqual([200, 200]);
    await changes[what]?.(person);
    expect(await statusOf(pair.one, person.access)).toBe(401);
    await pause(NOTICED_MS);
    expect(await statusOf(pair.two, person.access)).toBe(401);
  });

  it('the other knows within a second what roles the one has taken away', async () => {
    const { id, access } = await personIn(pair.one, 'event_viewer');
    const reads = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${access}` };
      return (await fetch(`${pair.two.url}/api/v1/events`, { headers })).status;
    };
    expect(await reads()).toBe(200);
    await onOne(`/api/v1/users/${id}`, 'PATCH', { roles: ['user'] });
    await pause(NOTICED_MS);
    expect(await reads()).toBe(403);
  });

  it('the other refuses a key within a second that the one has revoked, or whose owner it has disabled', async () => {
    const owner = await personIn(pair.one, 'event_reporter');
    const make = async (): Promise<Json> => {
      const answer = await pair.one.ask('/api/v1/api-keys', {
        ...{ key: owner.access, method: 'POST', body: { name: 'ci', roles: ['event_reporter'] } },
      });
      return (await answer.json()) as Json;
    };
    const [revoked, orphan] = [await make(), await make()];
    const status = (key: Json): Promise<number> => statusOf(pair.two, String(key['key']));
    expect([await status(revoked), await status(orphan)]).toEqual([200, 200]);
    await onOne(`/api/v1/api-keys/${String(revoked['id'])}`, 'DELETE');
    await pause(NOTICED_MS);
    expect([await status(revoked), await status(orphan)]).toEqual([401, 200]);
    await onOne(`/api/v1/users/${owner.id}`, 'DELETE');
    await pause(NOTICED_MS);
    expect(await status(orphan)).toBe(401);
  });

  it('either takes a refresh token of the other, and only once between them', async () => {
    const { refresh } = await personIn(pair.one, 'user');
    const answers = await Promise.all(
      [pair.one, pair.two, pair.one, pair.two].map((server) =>
        asNobody(server, '/api/v1/auth/refresh', { refresh_token: refresh }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  it('both count what one principal asks as one', async () => {
    const { access } = await personIn(pair.one, 'user');
    let allowed = 0;
    for (let index = 0; index < 2 * PER_MINUTE; index += 1) {
      if ((await statusOf(index % 2 === 0 ? pair.one : pair.two, access)) === 200) allowed += 1;
    }
    // Alone each would have allowed all of it. A Redis that a busy machine makes late is worth some more.
    expect(allowed).toBeGreaterThanOrEqual(PER_MINUTE);
    expect(allowed).toBeLessThan(PER_MINUTE * 1.5);
    expect(await statusOf(pair.one, access)).toBe(429);
    expect(await statusOf(pair.two, access)).toBe(429);
  });

  it('both count failures to sign in as one', async () => {
    const { username } = await personIn(pair.one, 'user');
    const statuses: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      const server = index % 2 === 0 ? pair.one : pair.two;
      statuses.push((await asNobody(server, '/api/v1/auth/login', { username, password: 'wrong' })).status);
    }
    const refused = statuses.filter((status) => status === 401).length;
    expect(refused).toBeGreaterThanOrEqual(10);
    expect(refused).toBeLessThan(15);
    expect((await asNobody(pair.two, '/api/v1/auth/login', { username, password: PASSWORD })).status).toBe(429);
  });

  it('neither refuses a token while the signing key becomes another', async () => {
    const { username } = await personIn(pair.one, 'admin');
    const kidOf = (token: string): string =>
      (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { readonly kid: string }).kid;
    const first = await signIn(pair.one, username);
    const { settings } = loadSettings(pair.environment, []);
    const store = openStore(settings);
    // Less than a minute is enough here: each looks every ten seconds.
    const clock = { now: () => later(systemClock.now(), -42_000) };
    const principal: Principal = { id: 'tests', kind: 'service', roles: ['admin'] };
    const kid = await rotateSigningKey({ unitOfWork: store.unitOfWork, clock, tokens: settings.tokens }, principal);
    await store.close();

    const seen = new Map<ServerProcess, Set<string>>([
      [pair.one, new Set()],
      [pair.two, new Set()],
    ]);
    const statuses = new Set<number>();
    const deadline = Date.now() + 90_000;
    const isDone = (): boolean => [...seen.values()].every((kids) => kids.has(kid));
    while (!isDone() && Date.now() < deadline) {
      for (const [server, kids] of seen) {
        const { access } = await signIn(server, username);
        kids.add(kidOf(access));
        statuses.add(await statusOf(pair.one, first.access)).add(await statusOf(pair.two, first.access));
        statuses.add(await statusOf(pair.one, access)).add(await statusOf(pair.two, access));
      }
      await pause(200);
    }
    expect([isDone(), [...statuses]]).toEqual([true, [200]]);
    expect([...seen.values()].map((kids) => [...kids])).toEqual([
      [kidOf(first.access), kid],
      [kidOf(first.access), kid],
    ]);
    for (const server of [pair.one, pair.two]) {
      const { keys } = (await (await server.ask('/.well-known/jwks.json')).json()) as { keys: { kid: string }[] };
      expect(keys.map((key) => key.kid).sort()).toEqual([kidOf(first.access), kid].sort());
    }
  });
});

describe('while Redis is killed and comes back, two servers under load', () => {
  let pair: Pair;
  let loads: readonly (() => Promise<number>)[];
  const limit = 100;
  beforeAll(async () => {
    pair = await startPair({ XZEPR__RATE_LIMIT__AUTHENTICATED_PER_MINUTE: String(limit) });
    loads = await loadsOn(pair);
  });
  afterAll(() => pair.end());

  it('answer everything, in time, with limits that bite, and go back to Redis by themselves', async () => {
    const answers: { readonly status: number; readonly ms: number }[] = [];
    let isOver = false;
    const working = Promise.all(
      loads.map(async (ask) => {
        while (!isOver) {
          const began = performance.now();
          answers.push({ status: await ask(), ms: performance.now() - began });
          await pause(20);
        }
      }),
    );
    const countOf = async (servers: readonly ServerProcess[], times: number): Promise<number> => {
      const { access } = await personIn(pair.one, 'user');
      let allowed = 0;
      for (let index = 0; index < times; index += 1) {
        const server = servers[index % servers.length] ?? pair.one;
        if ((await statusOf(server, access)) === 200) allowed += 1;
      }
      return allowed;
    };
    try {
      await pause(1_000);
      await pair.redis.kill();
      await pause(1_000);
      // Each alone allows its half.
      expect(await countOf([pair.one], limit)).toBeLessThan(limit);
      expect(await countOf([pair.two], limit)).toBeLessThan(limit);
      const leaver = await personIn(pair.one, 'user');
      expect(await statusOf(pair.two, leaver.access)).toBe(200);
      await pair.one.ask('/api/v1/auth/logout', { method: 'POST', key: leaver.access });
      await pause(NOTICED_MS);
      expect(await statusOf(pair.two, leaver.access)).toBe(401);

      await pair.redis.restart();
      await until(async () => (await pair.redis.ask('--scan', '--pattern', 'xzepr:limit*')) !== '', 'Redis counts');
      await until(
        async () => (await pair.redis.ask('pubsub', 'numsub', 'xzepr:identity')).endsWith('2'),
        'both listen',
      );
      await pause(1_500);
      expect(await countOf([pair.one, pair.two], 2 * limit)).toBeLessThan(1.5 * limit);
      const later_ = await personIn(pair.one, 'user');
      expect(await statusOf(pair.two, later_.access)).toBe(200);
      await pair.one.ask('/api/v1/auth/logout', { method: 'POST', key: later_.access });
      await pause(NOTICED_MS);
      expect(await statusOf(pair.two, later_.access)).toBe(401);
    } finally {
      isOver = true;
      await working;
    }
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => ![200, 201, 401, 429].includes(status))).toEqual([]);
    expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 401, 429]));
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(BOUND_MS);
    for (const server of [pair.one, pair.two]) {
      expect(server.output()).toContain('Redis does not answer');
      expect(server.errors()).toEqual([]);
      expect((await server.ask('/health/ready')).status).toBe(200);
    }
  });
});

/** What clients do all day: they ask by token, post by key, guess, and sign in. */
async function loadsOn({ one, two }: Pair): Promise<readonly (() => Promise<number>)[]> {
  const receiver = await makeReceiver(one, 'load');
  const person = await personIn(one, 'event_manager');
  const made = await one.ask('/api/v1/api-keys', { method: 'POST', body: { name: 'ci', roles: ['event_reporter'] } });
  const key = String(((await made.json()) as Json)['key']);
  return [one, two].flatMap((server) => [
    () => statusOf(server, person.access),
    () => statusOf(server, 'a.guess.ed'),
    async () => {
      const answer = await server.ask('/api/v1/events', { key, method: 'POST', body: eventOf(receiver, 'load') });
      await answer.arrayBuffer();
      return answer.status;
    },
    async () => {
      const { username } = person;
      const answer = await asNobody(server, '/api/v1/auth/login', { username, password: PASSWORD });
      await answer.arrayBuffer();
      return answer.status;
    },
  ]);
}
