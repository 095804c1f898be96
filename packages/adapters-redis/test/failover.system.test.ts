import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { startCluster, startSentinelSet } from '../../../test/redis-sets.ts';
import type { TestRedisSet } from '../../../test/redis-sets.ts';
import { until } from '../../../test/redis.ts';
import type { TestRedis } from '../../../test/redis.ts';
import { redisIdentitySignals } from '../src/index.js';
import type { RedisIdentitySignals } from '../src/index.js';
import { callsDuring, percentile } from './calls.js';
import type { Calls } from './calls.js';
import { openAt } from './harness.js';
import type { Opened } from './harness.js';

const WIDE = { name: 'wide', points: 1_000_000, windowSeconds: 600 };
const TEN = { name: 'ten', points: 10, windowSeconds: 600 };
const KEY = 'xzepr:limit:wide:key 0';
/** The port says 50 ms; the rest is for a machine that has other things to do. */
const LONGEST_MS = 250;

interface Stage {
  readonly set: TestRedisSet;
  readonly one: Opened;
  readonly other: Opened;
  readonly signals: readonly RedisIdentitySignals[];
}

/** Two processes on one set of servers. */
async function onStage(start: () => Promise<TestRedisSet>, play: (stage: Stage) => Promise<void>): Promise<void> {
  const set = await start();
  const [one, other] = [openAt(set.url, 2), openAt(set.url, 2)];
  const signals = [one, other].map(({ redis }) => redisIdentitySignals({ redis }));
  try {
    await until(() => signals.every((each) => each.isLive()), 'both processes are live');
    await play({ set, one, other, signals });
  } finally {
    for (const each of signals) each.close();
    await Promise.all([one.redis.close(), other.redis.close()]);
    await set.stop();
  }
}

/** Waits until both count in Redis together: one spends all ten points, of which its insurance has five, and none is left. */
async function shared({ one, other }: Stage): Promise<void> {
  let attempt = 0;
  await until(async () => {
    attempt += 1;
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const key = `${name} ${attempt}`;
      for (let spent = 0; spent < 10; spent += 1) if (!(await one.limiter.consume(key, TEN, 1)).allowed) return false;
      if ((await other.limiter.consume(key, TEN, 1)).allowed) return false;
    }
    return true;
  }, 'both count together');
}

async function isHeard([from, to]: readonly RedisIdentitySignals[]): Promise<void> {
  await until(() => from!.isLive() && to!.isLive(), 'both are live again');
  let heard = 0;
  to!.listen(() => {
    heard += 1;
  });
  await from!.send();
  await until(() => heard > 0, 'the other hears');
}

function expectInTime({ tookMs, decisions }: Calls, what: string): void {
  const slow = tookMs.filter((ms) => ms > 30).length;
  const [median, longest] = [percentile(tookMs, 0.5).toFixed(1), Math.max(...tookMs).toFixed(0)];
  process.stdout.write(
    `${what}: ${tookMs.length} calls, median ${median} ms, longest ${longest} ms, ${slow} over 30 ms\n`,
  );
  expect(decisions.every(({ allowed }) => allowed)).toBe(true);
  expect(Math.max(...tookMs)).toBeLessThan(LONGEST_MS);
  expect(percentile(tookMs, 0.5)).toBeLessThan(20);
  expect(slow).toBeLessThan(tookMs.length / 5);
}

type Harm = (master: TestRedis) => Promise<void> | void;
const kill: Harm = (master) => master.kill();
const freeze: Harm = (master) => {
  master.freeze();
};

describe.each<[string, () => Promise<TestRedisSet>]>([
  ['Sentinel', startSentinelSet],
  ['a cluster', startCluster],
])('on %s', (name, start) => {
  it('shares limits between processes and is heard', async () => {
    await onStage(start, async (stage) => {
      await shared(stage);
      expect([...stage.one.insured, ...stage.other.insured]).toEqual([]);
      await isHeard(stage.signals);
    });
  });

  it.each<[string, Harm]>([
    ['is killed', kill],
    ['hangs', freeze],
  ])('answers in time while a master %s, and counts in its successor by itself', async (how, harm) => {
    await onStage(start, async (stage) => {
      await shared(stage);
      const master = await stage.set.master(KEY);
      const failover = async (): Promise<void> => {
        await sleep(300);
        await harm(master);
        const began = performance.now();
        await until(async () => (await stage.set.master(KEY)).port !== master.port, 'another is master');
        const replacedMs = performance.now() - began;
        await shared(stage);
        process.stdout.write(
          `${name}, a master ${how}: replaced after ${replacedMs.toFixed(0)} ms, counted in again after ${(performance.now() - began).toFixed(0)} ms\n`,
        );
      };
      expectInTime(await callsDuring(stage.one.limiter, WIDE, failover()), `${name}, a master ${how}`);
      await isHeard(stage.signals);
    });
  });
});
