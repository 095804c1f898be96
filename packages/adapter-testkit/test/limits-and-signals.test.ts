import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RateLimiter } from '@xzepr/core';

import {
  countingRateLimiter,
  identitySignalsContract,
  localSignals,
  rateLimiterContract,
  steppingClock,
} from '../src/index.js';
import type { IdentitySignalsHarness, LocalSignals, RateLimiterHarness, SteppingClock } from '../src/index.js';
import { outcomeOf } from './collecting-runner.js';

const runner = { describe, it, beforeAll, beforeEach, afterAll };

function withLimiter(make: (clock: SteppingClock) => RateLimiter): () => Promise<RateLimiterHarness> {
  const clock = steppingClock();
  async function pass(ms: number): Promise<void> {
    clock.step(ms);
    return Promise.resolve();
  }
  return () => Promise.resolve({ limiter: make(clock), pass });
}

function withSignals(between: LocalSignals, change: Partial<LocalSignals> = {}): () => Promise<IdentitySignalsHarness> {
  const changed = { ...between, ...change };
  return () =>
    Promise.resolve({
      one: between.join(),
      other: between.join(),
      async interrupt() {
        changed.interrupt();
        return Promise.resolve();
      },
      async restore() {
        changed.restore();
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
}

/** The sound limiter with one part broken. */
function broken(breakIt: (sound: RateLimiter) => Partial<RateLimiter>): () => Promise<RateLimiterHarness> {
  return withLimiter((clock) => {
    const sound = countingRateLimiter(clock);
    return { ...sound, ...breakIt(sound) };
  });
}

async function failedBy(open: () => Promise<RateLimiterHarness>): Promise<readonly string[]> {
  const outcome = await outcomeOf((collecting) => {
    rateLimiterContract(collecting, open);
  });
  return outcome.failed;
}

rateLimiterContract(runner, withLimiter(countingRateLimiter));
identitySignalsContract(runner, withSignals(localSignals()));

describe('the kit', () => {
  it('fails a limiter that counts keys together', async () => {
    const open = broken((sound) => ({ consume: (_key, rate, cost) => sound.consume('one', rate, cost) }));
    expect(await failedBy(open)).toContain('counts keys apart, whatever they are made of');
  });

  it('fails a limiter that counts rates together', async () => {
    const open = broken((sound) => ({
      consume: (key, rate, cost) => sound.consume(`${rate.name}:${key}`, { ...rate, name: '' }, cost),
    }));
    expect(await failedBy(open)).toContain('counts rates apart by their names, whatever is in them');
  });

  it('fails a limiter that allows one too many', async () => {
    const open = broken((sound) => ({
      consume: (key, rate, cost) => sound.consume(key, { ...rate, points: rate.points + 1 }, cost),
    }));
    expect(await failedBy(open)).toEqual(
      expect.arrayContaining([
        'allows what the rate has, and nothing more',
        'allows exactly as many as it has, of any number at once',
      ]),
    );
  });

  it('fails a limiter that looks first and counts later', async () => {
    const open = broken((sound) => ({
      async consume(key, rate, cost) {
        const { remaining, resetMs } = await sound.consume(key, rate, rate.points + 1);
        if (remaining >= cost) await sound.consume(key, rate, cost);
        return { allowed: remaining >= cost, remaining: Math.max(0, remaining - cost), resetMs };
      },
    }));
    expect(await failedBy(open)).toContain('allows exactly as many as it has, of any number at once');
  });

  it('fails a limiter that spends what it refuses', async () => {
    const open = broken((sound) => ({
      async consume(key, rate, cost) {
        const decision = await sound.consume(key, rate, cost);
        if (!decision.allowed && decision.remaining > 0) await sound.consume(key, rate, decision.remaining);
        return decision;
      },
    }));
    expect(await failedBy(open)).toContain('spends what it costs, and nothing when it is not allowed');
  });

  it('fails a limiter whose window does not end, and one that gives nothing back', async () => {
    const endless = broken((sound) => ({
      consume: (key, rate, cost) => sound.consume(key, { ...rate, windowSeconds: 10_000 }, cost),
    }));
    expect(await failedBy(endless)).toContain('has all points back when the window ends, and a whole window again');
    const miserly = broken(() => ({ giveBack: () => Promise.resolve(), reset: () => Promise.resolve() }));
    expect(await failedBy(miserly)).toEqual([
      'gives points back as if they had not been spent',
      'gives back no more than was spent',
      'neither puts off nor forgets the end of the window when it gives back',
      'forgets what a key has spent, and no other',
    ]);
  });

  it('fails signals that do not tell what may have been missed', async () => {
    const between = localSignals();
    let cut = false;
    const silent: LocalSignals = {
      ...between,
      join: () => ({
        ...between.join(),
        send: () => (cut ? Promise.resolve() : between.join().send()),
        isLive: () => !cut,
      }),
    };
    const open = withSignals(silent, {
      interrupt: () => void (cut = true),
      restore: () => void (cut = false),
    });
    const { failed } = await outcomeOf((collecting) => {
      identitySignalsContract(collecting, open);
    });
    expect(failed).toEqual(['tells when something may have been missed, and is live no sooner']);
  });
});
