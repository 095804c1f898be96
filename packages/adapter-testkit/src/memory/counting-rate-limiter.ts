import { unixMs } from '@xzepr/core';
import type { Clock, Rate, RateDecision, RateLimiter } from '@xzepr/core';

interface Window {
  readonly endsAtMs: number;
  spent: number;
}

/**
 * A rate limiter for tests that goes by `clock` alone: nothing is over until the clock says so.
 *
 * @public
 */
export function countingRateLimiter(clock: Clock): RateLimiter {
  const windows = new Map<string, Window>();
  const idOf = (key: string, rate: Rate): string => JSON.stringify([rate.name, key]);

  function open(key: string, rate: Rate, nowMs: number): Window {
    const window = windows.get(idOf(key, rate));
    if (window !== undefined && nowMs < window.endsAtMs) return window;
    return { endsAtMs: nowMs + rate.windowSeconds * 1_000, spent: 0 };
  }

  return {
    consume(key, rate, cost) {
      const nowMs = unixMs(clock.now());
      const window = open(key, rate, nowMs);
      const allowed = window.spent + cost <= rate.points;
      if (allowed) {
        window.spent += cost;
        windows.set(idOf(key, rate), window);
      }
      const remaining = Math.max(0, rate.points - window.spent);
      return Promise.resolve<RateDecision>({ allowed, remaining, resetMs: window.endsAtMs - nowMs });
    },
    giveBack(key, rate, points) {
      const window = open(key, rate, unixMs(clock.now()));
      window.spent = Math.max(0, window.spent - points);
      return Promise.resolve();
    },
    reset(key, rate) {
      windows.delete(idOf(key, rate));
      return Promise.resolve();
    },
  };
}
