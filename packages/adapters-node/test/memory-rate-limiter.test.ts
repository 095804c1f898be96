import { describe, expect, it } from '@jest/globals';

import { memoryRateLimiter } from '../src/index.js';

const RATE = { name: 'sign-in', points: 5, windowSeconds: 60 };

describe('memoryRateLimiter', () => {
  it('remembers no more keys than it is told, and forgets the one asked about longest ago', async () => {
    const limiter = memoryRateLimiter({ maxKeys: 100 });
    const spend = async (key: string): Promise<number> => (await limiter.consume(key, RATE, 1)).remaining;
    await spend('attacked');
    await spend('idle');
    for (let count = 0; count < 99; count += 1) {
      await limiter.consume('attacked', RATE, 99);
      await spend(`stranger ${count}`);
    }
    expect(await spend('attacked')).toBe(3);
    expect(await spend('idle')).toBe(4);
  });

  it('does not grow with a flood of random keys', async () => {
    const limiter = memoryRateLimiter({ maxKeys: 1_000 });
    const flood = async (from: number): Promise<void> => {
      for (let count = from; count < from + 100_000; count += 1) {
        await limiter.consume(`${'x'.repeat(500)}${count}`, RATE, 1);
      }
    };
    await flood(0);
    const before = process.memoryUsage().heapUsed;
    await flood(100_000);
    await flood(200_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 2 ** 20);
  });
});
