import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { rateLimiterContract } from '@xzepr/adapter-testkit';

import { startRedis, until } from '../../../test/redis.ts';
import type { TestRedis } from '../../../test/redis.ts';
import { openAt } from './harness.js';
import type { Opened } from './harness.js';

const INSTALLING_MS = 180_000;
const TEN = { name: 'ten', points: 10, windowSeconds: 60 };

let server: TestRedis;
const opened: Opened[] = [];

function open(replicas = 1): Opened {
  const one = openAt(server.url, replicas);
  opened.push(one);
  return one;
}

async function openUp(replicas = 1): Promise<Opened> {
  const one = open(replicas);
  await until(() => one.redis.health().kind === 'up', 'Redis answers');
  return one;
}

beforeAll(async () => {
  server = await startRedis();
}, INSTALLING_MS);
afterAll(() => server.stop());

describe('redisRateLimiter', () => {
  afterAll(() => Promise.all(opened.map(({ redis }) => redis.close())));
  rateLimiterContract({ describe, it, beforeAll, beforeEach, afterAll }, async () => {
    const { limiter } = await openUp();
    return { limiter, pass: (ms) => sleep(ms) };
  });

  it('shares limits with another process', async () => {
    const [one, other] = [await openUp(2), await openUp(2)];
    const decisions = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? one : other).limiter.consume('shared', TEN, 1)),
    );
    expect(decisions.filter(({ allowed }) => allowed).length).toBe(10);
    await one.limiter.giveBack('shared', TEN, 1);
    expect((await other.limiter.consume('shared', TEN, 1)).allowed).toBe(true);
    await other.limiter.reset('shared', TEN);
    expect((await one.limiter.consume('shared', TEN, 10)).allowed).toBe(true);
    expect([...one.insured, ...other.insured]).toEqual([]);
  });

  it('keeps nothing for longer than its window', async () => {
    const { limiter } = await openUp();
    const rate = { ...TEN, name: 'kept: ever' };
    for (const key of ['a', 'x'.repeat(10_000)]) await limiter.consume(key, rate, 1);
    await limiter.giveBack('never spent', rate, 1);
    await limiter.consume('too much', rate, 11);
    const keys = (await server.ask('keys', 'xzepr:limit:kept%3A%20ever:*')).split('\n');
    expect(keys.map((key) => key.length).sort()).toEqual([28, 91]);
    for (const key of keys) expect(Number(await server.ask('pttl', key))).toBeGreaterThan(0);
  });
});
