import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { identitySignalsContract } from '@xzepr/adapter-testkit';

import { startRedis, until } from '../../../test/redis.ts';
import type { TestRedis } from '../../../test/redis.ts';
import { redisIdentitySignals } from '../src/index.js';
import type { RedisConnection, RedisIdentitySignals } from '../src/index.js';
import { openAt } from './harness.js';

const INSTALLING_MS = 180_000;
const A_MINUTE = 60_000;
const runner = { describe, it, beforeAll, beforeEach, afterAll };

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
}, INSTALLING_MS);
afterAll(() => server.stop());

interface Process {
  readonly redis: RedisConnection;
  readonly signals: RedisIdentitySignals;
  readonly heard: () => number;
  readonly close: () => Promise<void>;
}

function join(channel?: string): Process {
  const { redis } = openAt(server.url);
  const signals = redisIdentitySignals({ redis, ...(channel !== undefined && { channel }) });
  let heard = 0;
  signals.listen(() => {
    heard += 1;
  });
  return {
    redis,
    signals,
    heard: () => heard,
    close() {
      signals.close();
      return redis.close();
    },
  };
}

async function live(...processes: readonly Process[]): Promise<void> {
  await until(() => processes.every(({ signals }) => signals.isLive()), 'all are live');
}

describe('redisIdentitySignals', () => {
  identitySignalsContract(runner, () => {
    const [one, other] = [join(), join()];
    return Promise.resolve({
      one: one.signals,
      other: other.signals,
      interrupt: () => server.kill(),
      restore: () => server.restart(),
      async close() {
        await Promise.all([one.close(), other.close()]);
      },
    });
  });

  it('is heard by another process in well under a second', async () => {
    const [one, other] = [join(), join()];
    try {
      await live(one, other);
      const before = other.heard();
      const began = performance.now();
      await one.signals.send();
      await until(() => other.heard() > before, 'the other has heard');
      expect(performance.now() - began).toBeLessThan(1_000);
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });

  it(
    'notices a Redis that hangs, sends when it can what it could not send, and is heard',
    async () => {
      const [one, other] = [join(), join()];
      try {
        await live(one, other);
        server.freeze();
        const began = performance.now();
        await until(() => !one.signals.isLive() && !other.signals.isLive(), 'both have noticed');
        expect(performance.now() - began).toBeLessThan(3_000);
        await one.signals.send();
        const before = other.heard();
        server.thaw();
        await live(one, other);
        expect(other.heard()).toBeGreaterThan(before);
      } finally {
        server.thaw();
        await Promise.all([one.close(), other.close()]);
      }
    },
    A_MINUTE,
  );

  it(
    'tells its listeners when only its own connection was lost',
    async () => {
      const [one, other] = [join(), join()];
      try {
        await live(one, other);
        const [before, otherBefore] = [one.heard(), other.heard()];
        await server.ask('client', 'kill', 'type', 'pubsub');
        await until(() => one.heard() > before && other.heard() > otherBefore, 'both were told');
        await live(one, other);
      } finally {
        await Promise.all([one.close(), other.close()]);
      }
    },
    A_MINUTE,
  );

  it('is apart from other channels, and from a channel that anybody else writes to', async () => {
    const [one, other] = [join('a'), join('b')];
    try {
      await live(one, other);
      const before = other.heard();
      await one.signals.send();
      for (const text of ['', 'beat', `beat x 1`, 'beat  NaN']) await server.ask('publish', 'b', text);
      await sleep(200);
      expect(other.heard()).toBe(before);
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });

  it('tells nothing after it is closed', async () => {
    const one = join();
    await live(one);
    await one.close();
    expect(one.signals.isLive()).toBe(false);
    const before = one.heard();
    await server.ask('publish', 'xzepr:identity', 'changed somebody');
    await sleep(300);
    expect(one.heard()).toBe(before);
  });
});
