import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { freePort } from '../../../test/embedded-postgres.ts';
import { startRedis, until } from '../../../test/redis.ts';
import type { TestRedis } from '../../../test/redis.ts';
import { callsDuring, percentile } from './calls.js';
import { openAt } from './harness.js';
import type { Opened } from './harness.js';

const INSTALLING_MS = 180_000;
const A_MINUTE = 60_000;
const WIDE = { name: 'wide', points: 1_000_000, windowSeconds: 600 };
const TEN = { name: 'ten', points: 10, windowSeconds: 60 };
/** The port says 50 ms; the rest is for a machine that has other things to do. */
const LONGEST_MS = 250;
/** A client that was about to try again when it was closed leaves this much of a timer behind. */
const LAST_PAUSE_MS = 1_100;

let server: TestRedis;
let one: Opened;

async function isUp(): Promise<void> {
  await until(() => one.redis.health().kind === 'up', 'Redis answers');
}

/** Waits until a call is counted in Redis again. */
async function countsInRedis(): Promise<void> {
  await until(async () => {
    await one.limiter.consume('back', WIDE, 1);
    return (await server.ask('exists', 'xzepr:limit:wide:back')) === '1';
  }, 'it counts in Redis again');
}

beforeAll(async () => {
  server = await startRedis();
}, INSTALLING_MS);
afterAll(() => server.stop());
beforeEach(async () => {
  await server.ask('flushall');
  one = openAt(server.url, 2);
  await isUp();
});
afterEach(async () => {
  server.thaw();
  await one.redis.close();
});

describe('redisRateLimiter while Redis dies and comes back', () => {
  it(
    'answers every call in time, and counts in Redis again by itself',
    async () => {
      const outage = async (): Promise<void> => {
        await sleep(500);
        await server.kill();
        await sleep(1_500);
        await server.restart();
        await countsInRedis();
      };
      const { tookMs, decisions } = await callsDuring(one.limiter, WIDE, outage());
      expect(decisions.every(({ allowed }) => allowed)).toBe(true);
      expect(Math.max(...tookMs)).toBeLessThan(LONGEST_MS);
      expect(percentile(tookMs, 0.95)).toBeLessThan(50);
      expect([one.insured.at(0), one.insured.at(-1)]).toEqual([true, false]);
    },
    A_MINUTE,
  );

  it(
    'answers in time while Redis hangs, and few calls wait for it',
    async () => {
      const outage = async (): Promise<void> => {
        await sleep(500);
        server.freeze();
        await sleep(4_000);
        server.thaw();
        await countsInRedis();
      };
      const { tookMs } = await callsDuring(one.limiter, WIDE, outage());
      expect(Math.max(...tookMs)).toBeLessThan(LONGEST_MS);
      expect(tookMs.filter((ms) => ms > 30).length).toBeLessThan(tookMs.length / 10);
      expect(percentile(tookMs, 0.5)).toBeLessThan(20);
    },
    A_MINUTE,
  );

  it(
    'begins anew with a Redis that was silent for long',
    async () => {
      server.freeze();
      await until(() => one.redis.health().kind === 'down', 'it notices');
      await sleep(9_000);
      server.thaw();
      await countsInRedis();
      await isUp();
    },
    A_MINUTE,
  );

  it('still limits, to its part of the points, and lets a batch through that is heavier than that', async () => {
    await server.kill();
    try {
      const spent = await Promise.all(Array.from({ length: 50 }, () => one.limiter.consume('part', TEN, 1)));
      expect(spent.filter(({ allowed }) => allowed).length).toBe(5);
      const heavy = [await one.limiter.consume('heavy', TEN, 8), await one.limiter.consume('heavy', TEN, 1)];
      expect(heavy.map(({ allowed }) => allowed)).toEqual([true, false]);
      expect((await one.limiter.consume('too heavy', TEN, 11)).allowed).toBe(false);
      await one.limiter.giveBack('part', TEN, 2);
      expect((await one.limiter.consume('part', TEN, 2)).allowed).toBe(true);
      await one.limiter.reset('part', TEN);
      expect((await one.limiter.consume('part', TEN, 5)).allowed).toBe(true);
      expect(one.insured).toEqual([true]);
    } finally {
      await server.restart();
    }
  });
});

describe('openRedis', () => {
  it('waits for a Redis that is not there yet, and limits meanwhile', async () => {
    const port = await freePort();
    const early = openAt(`redis://127.0.0.1:${port}`);
    let late: TestRedis | undefined;
    try {
      expect(await early.limiter.consume('early', TEN, 4)).toMatchObject({ allowed: true, remaining: 6 });
      await sleep(1_500);
      expect(early.health.at(-1)).toMatchObject({ kind: 'down', error: { code: 'ECONNREFUSED' } });
      late = await startRedis({ port });
      await until(() => early.redis.health().kind === 'up', 'it has found Redis');
    } finally {
      await early.redis.close();
      await late?.stop();
    }
  });

  it('says why it is not let in, in words without the password', async () => {
    const guarded = await startRedis({ password: 'right' });
    const outsider = openAt(`redis://:wrong-secret@127.0.0.1:${guarded.port}`);
    const insider = openAt(`redis://:right@127.0.0.1:${guarded.port}`);
    try {
      await until(() => insider.redis.health().kind === 'up', 'the right password opens');
      await until(() => outsider.health.length > 0, 'the wrong one is refused');
      expect(JSON.stringify(outsider.health)).not.toContain('wrong-secret');
      expect(String((outsider.health.at(-1) as { error: Error }).error)).toContain('WRONGPASS');
    } finally {
      await Promise.all([outsider.redis.close(), insider.redis.close()]);
      await sleep(LAST_PAUSE_MS);
      await guarded.stop();
    }
  });

  it('lets go of everything when it is closed, also of what never connected', async () => {
    const nowhere = openAt('redis+cluster://127.0.0.1:1');
    const nobody = openAt('redis+sentinel://127.0.0.1:1/master');
    await sleep(2_500);
    expect([nowhere, nobody].map(({ redis }) => redis.health().kind)).toEqual(['down', 'down']);
    for (const { health } of [nowhere, nobody]) expect(health.length).toBeLessThan(4);
    await Promise.all([nowhere.redis.close(), nobody.redis.close()]);
    await sleep(LAST_PAUSE_MS);
    expect((await nowhere.limiter.consume('closed', TEN, 1)).allowed).toBe(true);
  });
});
