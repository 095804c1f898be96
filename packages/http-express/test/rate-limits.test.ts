import { request } from 'node:http';

import { timestampAt } from '@xzepr/core';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { pairOf, signIn, signedIn, userIn } from './support/people.js';
import { event, openWorld, receiverIn } from './support/world.js';
import type { Got, Json, World, WorldOptions } from './support/world.js';

jest.setTimeout(30_000);

describe('rate limits', () => {
  let world: World | undefined;
  afterEach(() => world?.close());

  const open = async (options: WorldOptions): Promise<World> => (world = await openWorld(options));
  const headers = ({ headers: all }: Got): Json =>
    Object.fromEntries(
      ['ratelimit-policy', 'ratelimit', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'].map(
        (name) => [name, all.get(name)],
      ),
    );
  const statuses = async (count: number, ask: (index: number) => Promise<Got>): Promise<readonly number[]> => {
    const all: number[] = [];
    for (let index = 0; index < count; index += 1) all.push((await ask(index)).status);
    return all;
  };

  it('say in every answer what is left, in both spellings', async () => {
    const { ask } = await open({ tiers: { authenticated: 10 } });
    const got = await ask('GET', '/api/v1/receivers', { as: 'user' });
    expect(headers(got)).toEqual({
      ...{ 'ratelimit-policy': '"authenticated";q=10;w=60', ratelimit: '"authenticated";r=9;t=60' },
      ...{ 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': '60' },
    });
    const denied = await ask('GET', '/api/v1/events', { as: 'user' });
    expect([denied.status, denied.headers.get('x-ratelimit-remaining')]).toEqual([403, '8']);
    const absent = await ask('GET', '/api/v1/nowhere', { as: 'user' });
    expect([absent.status, absent.headers.get('x-ratelimit-remaining')]).toEqual([404, '7']);
  });

  it('refuse what is more, say when to come back, and let it in then', async () => {
    const { ask, clock } = await open({ tiers: { authenticated: 2 } });
    const list = (): Promise<Got> => ask('GET', '/api/v1/receivers', { as: 'user' });
    expect(await statuses(3, list)).toEqual([200, 200, 429]);
    const refused = await list();
    expect(refused.json).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(headers(refused)).toMatchObject({ ratelimit: '"authenticated";r=0;t=60', 'x-ratelimit-remaining': '0' });
    clock.step(59_000);
    expect((await list()).headers.get('retry-after')).toBe('1');
    clock.step(1_000);
    expect((await list()).status).toBe(200);
  });

  it('are told of with who it was', async () => {
    const { ask, reports } = await open({ tiers: { authenticated: 1 } });
    await statuses(2, () => ask('GET', '/api/v1/receivers', { as: 'user' }));
    expect(reports.filter(({ kind }) => kind === 'rate.limited')).toMatchObject([
      { actor: 'the-user', origin: { address: '127.0.0.1' }, detail: { code: 'RATE_LIMITED' } },
    ]);
  });

  it('differ for users, keys and administrators, each with points of their own', async () => {
    const tiers = { authenticated: 20, service: 30, admin: 40 };
    const { ask, ...rest } = await open({ tiers });
    const { access } = await signedIn({ ask, ...rest });
    const key = async (role: string): Promise<string> => {
      const made = await ask('POST', '/api/v1/api-keys', { body: { name: 'k', roles: [role] } });
      return String(made.json['key']);
    };
    const policy = async (token: string): Promise<readonly unknown[]> => {
      const { headers: all } = await ask('GET', '/api/v1/auth/me', { token });
      return [all.get('ratelimit-policy'), all.get('x-ratelimit-remaining')];
    };
    expect(await policy(access)).toEqual(['"authenticated";q=20;w=60', '19']);
    expect(await policy(await key('event_viewer'))).toEqual(['"service";q=30;w=60', '29']);
    expect(await policy(await key('event_viewer'))).toEqual(['"service";q=30;w=60', '29']);
    expect(await policy(await key('admin'))).toEqual(['"admin";q=40;w=60', '39']);
  });

  it('count a batch by its events', async () => {
    const opened = await open({ tiers: { authenticated: 10 } });
    const receiver = await receiverIn(opened);
    const batch = (count: number): Promise<Got> =>
      opened.ask('POST', '/api/v1/events/batch', {
        ...{ as: 'event_reporter', body: { events: Array.from({ length: count }, () => event(receiver)) } },
      });
    const first = await batch(7);
    expect([first.status, first.headers.get('x-ratelimit-remaining')]).toEqual([200, '3']);
    const second = await batch(7);
    expect([second.status, second.json['code']]).toEqual([429, 'RATE_LIMITED']);
    expect((await batch(2)).status).toBe(200);
  });

  it('let a batch through that weighs more than a window, when the window is whole', async () => {
    const opened = await open({ tiers: { authenticated: 5 } });
    const receiver = await receiverIn(opened);
    const body = { events: Array.from({ length: 9 }, () => event(receiver)) };
    const batch = (): Promise<Got> => opened.ask('POST', '/api/v1/events/batch', { as: 'event_reporter', body });
    const got = await batch();
    expect([got.status, got.headers.get('x-ratelimit-remaining')]).toEqual([200, '0']);
    expect((await batch()).status).toBe(429);
    opened.clock.step(60_000);
    expect((await batch()).status).toBe(200);
  });

  it('record nothing of a batch that they refuse, and free its idempotency key', async () => {
    const opened = await open({ tiers: { authenticated: 4 } });
    const receiver = await receiverIn(opened);
    const batch = (): Promise<Got> =>
      opened.ask('POST', '/api/v1/events/batch', {
        ...{ as: 'event_reporter', headers: { 'idempotency-key': 'k' } },
        body: { events: Array.from({ length: 3 }, () => event(receiver)) },
      });
    await opened.ask('GET', '/api/v1/receivers', { as: 'event_reporter' });
    await opened.ask('GET', '/api/v1/receivers', { as: 'event_reporter' });
    expect((await batch()).status).toBe(429);
    expect((await opened.ask('GET', '/api/v1/events')).json['data']).toEqual([]);
    opened.clock.step(60_000);
    const done = await batch();
    expect([done.status, done.headers.get('idempotency-replayed')]).toEqual([200, null]);
  });

  it('make a stream wait, longer than it may be silent, and refuse none of it', async () => {
    const limiterClock = { now: () => timestampAt(Date.now(), 0) };
    const limits = { bodyTimeoutMs: 300 };
    const opened = await open({ tiers: { authenticated: 2 }, windowSeconds: 1, limiterClock, limits });
    const receiver = await receiverIn(opened);
    const lines = ['a', 'b', 'c', 'd'].map((name) => `${JSON.stringify(event(receiver, { name }))}\n`);
    const { sending, text } = openStream(opened, 'event_reporter');
    for (const line of lines) {
      sending.write(line);
      // Each in a piece of its own, so that each is spent by itself.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    sending.end();
    const results = (await text).trim().split('\n');
    expect(results.map((line) => (JSON.parse(line) as { readonly status: number }).status)).toEqual([
      ...[201, 201, 201, 201],
    ]);
  });

  it('count who shows nothing, or what opens nothing, by address, and by nothing that they choose', async () => {
    const { ask, reports } = await open({ tiers: { anonymous: 3 } });
    const guess = (index: number): Promise<Got> =>
      ask('GET', '/api/v1/events', {
        as: 'nobody',
        headers: {
          ...{ 'x-api-key': `guess-${String(index)}`, 'x-forwarded-for': `10.0.0.${String(index)}` },
          ...{ 'x-real-ip': `10.1.0.${String(index)}`, forwarded: `for=10.2.0.${String(index)}` },
          ...{ 'user-agent': `agent-${String(index)}`, 'x-request-id': `id-${String(index)}` },
          ...{ 'cf-connecting-ip': '10.3.0.1', 'true-client-ip': '10.4.0.1', cookie: `a=${String(index)}` },
        },
      });
    expect(await statuses(5, guess)).toEqual([401, 401, 401, 429, 429]);
    expect((await guess(9)).headers.get('ratelimit-policy')).toBe('"anonymous";q=3;w=60');
    const login = await ask('POST', '/api/v1/auth/login', { as: 'nobody', body: { username: 'a', password: 'b' } });
    expect(login.status).toBe(429);
    expect((await ask('GET', '/api/v1/auth/oidc/acme/login', { as: 'nobody' })).status).toBe(429);
    // Whoever has a credential is not kept out by neighbours who guess.
    expect((await ask('GET', '/api/v1/receivers', { as: 'user' })).status).toBe(200);
    expect(reports.filter(({ kind }) => kind === 'rate.limited')).not.toEqual([]);
    expect(JSON.stringify(reports)).not.toContain('guess-');
  });

  it('believe the proxies that they are told of, and those alone', async () => {
    const behind = await open({ tiers: { anonymous: 1 }, trustProxy: 1 });
    const from = (chain: string): Promise<Got> =>
      behind.ask('GET', '/api/v1/events', { as: 'nobody', headers: { 'x-forwarded-for': chain } });
    expect((await from('10.0.0.1')).status).toBe(401);
    expect((await from('10.0.0.2')).status).toBe(401);
    expect((await from('10.0.0.1')).status).toBe(429);
    // What stands before the one that the proxy wrote is the client's own invention.
    expect((await from('10.9.9.9, 10.0.0.1')).status).toBe(429);
    expect((await from('10.9.9.8, 10.0.0.2')).status).toBe(429);
    expect(behind.reports.at(-1)?.origin.address).toBe('10.0.0.2');
  });

  it('take the whole /64 of an IPv6 address for one', async () => {
    const behind = await open({ tiers: { anonymous: 1 }, trustProxy: 1 });
    const from = async (address: string): Promise<number> =>
      (await behind.ask('GET', '/api/v1/events', { as: 'nobody', headers: { 'x-forwarded-for': address } })).status;
    expect(await from('2001:db8:1:2::1')).toBe(401);
    expect(await from('2001:db8:1:2:ffff:ffff:ffff:ffff')).toBe(429);
    expect(await from('2001:0DB8:0001:0002:0:0:0:9')).toBe(429);
    expect(await from('2001:db8:1:3::1')).toBe(401);
    expect(await from('2001:db8::1')).toBe(401);
    expect(await from('2001:db8:0:0:1::')).toBe(429);
    expect(await from('::1')).toBe(401);
    expect(await from('10.0.0.1')).toBe(401);
    // The same IPv4 address, as a socket of both families has it.
    expect(await from('::ffff:10.0.0.1')).toBe(429);
    expect(await from('::ffff:10.0.0.2')).toBe(401);
  });

  it('slow down signing in by account, and never lock the owner out', async () => {
    const behind = await open({ tiers: { anonymous: 1_000 }, trustProxy: 1 });
    const user = await userIn(behind);
    const from = (address: string, password: string): Promise<Got> =>
      behind.ask('POST', '/api/v1/auth/login', {
        ...{ as: 'nobody', headers: { 'x-forwarded-for': address }, body: { username: user['username'], password } },
      });
    const one = await statuses(11, () => from('10.0.0.1', 'wrong'));
    expect(one).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    const slowed = await from('10.0.0.1', 'correct horse battery');
    expect([slowed.status, slowed.json['code']]).toEqual([429, 'SIGN_IN_SLOWED']);
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
    for (let index = 2; index < 40; index += 1) await from(`10.0.0.${String(index)}`, 'wrong');
    const own = await from('10.9.9.9', 'correct horse battery');
    expect(own.status).toBe(200);
    expect(behind.reports.map(({ kind }) => kind)).toContain('sign_in.slowed');
  });

  it('slow down signing in by the /64 of an IPv6 address, of which there is no end', async () => {
    const behind = await open({ tiers: { anonymous: 1_000 }, trustProxy: 1 });
    const user = await userIn(behind);
    const from = (index: number): Promise<Got> =>
      behind.ask('POST', '/api/v1/auth/login', {
        ...{ as: 'nobody', headers: { 'x-forwarded-for': `2001:db8:1:2::${index.toString(16)}` } },
        body: { username: user['username'], password: 'wrong' },
      });
    expect((await statuses(12, from)).slice(9)).toEqual([401, 429, 429]);
  });

  it('do not count what succeeds as a failure to sign in', async () => {
    const opened = await open({ tiers: {} });
    const user = await userIn(opened);
    const all = await statuses(15, () => signIn(opened, user['username']));
    expect(new Set(all)).toEqual(new Set([200]));
    expect(pairOf(await signIn(opened, user['username'])).access).not.toBe('');
  });

  it('are nowhere to be seen where nobody asked for them', async () => {
    const { ask } = await open({});
    const got = await ask('GET', '/api/v1/receivers');
    expect(Object.values(headers(got))).toEqual([null, null, null, null, null]);
  });

  it('leave health, the document and the keys to everyone', async () => {
    const { ask } = await open({ tiers: { anonymous: 1 }, jwks: () => ({ keys: [] }) });
    for (const path of ['/health', '/health/live', '/openapi.json', '/.well-known/jwks.json']) {
      expect(await statuses(3, () => ask('GET', path, { as: 'nobody' }))).toEqual([200, 200, 200]);
    }
  });
});

function openStream(world: World, as: string) {
  const headers = { authorization: `Bearer token-of-${as}`, 'content-type': 'application/x-ndjson' };
  const sending = request(`${world.url}/api/v1/events/batch`, { method: 'POST', headers });
  const text = new Promise<string>((resolve, reject) => {
    sending.once('error', reject);
    sending.once('response', (response) => {
      let received = '';
      response.on('data', (chunk: Buffer) => (received += chunk.toString()));
      response.once('end', () => {
        resolve(received);
      });
      response.once('error', reject);
    });
  });
  return { sending, text };
}
