import { hash } from 'node:crypto';

import type { Rate, RateLimiter } from '@xzepr/core';
import { LRUCache } from 'lru-cache';

/** @public */
export interface MemoryRateLimiterOptions {
  /** How many keys are remembered, 100,000 when left out: about 25 MB. */
  readonly maxKeys?: number;
}

interface Window {
  readonly endsAtMs: number;
  spent: number;
}

const MAX_KEYS = 100_000;
const MAX_KEY_LENGTH = 128;

/**
 * Counts in this process alone, in windows that begin with the first point spent. Memory is bounded: of more than `maxKeys` keys
 * the one that was asked about longest ago is forgotten, so whoever wants to be forgotten has to send that many requests under
 * as many other keys first. Goes by a clock that only ever goes forward.
 *
 * The in-memory limiter of rate-limiter-flexible is not used: it counts what it refuses, and keeps a timer and an entry for
 * each key without bound.
 *
 * @public
 */
export function memoryRateLimiter({ maxKeys = MAX_KEYS }: MemoryRateLimiterOptions = {}): RateLimiter {
  const windows = new LRUCache<string, Window>({ max: maxKeys });

  function open(id: string, rate: Rate, nowMs: number): Window {
    const window = windows.get(id);
    if (window !== undefined && nowMs < window.endsAtMs) return window;
    return { endsAtMs: nowMs + rate.windowSeconds * 1_000, spent: 0 };
  }

  return {
    consume(key, rate, cost) {
      const [id, nowMs] = [idOf(key, rate), performance.now()];
      const window = open(id, rate, nowMs);
      const allowed = window.spent + cost <= rate.points;
      if (allowed) {
        window.spent += cost;
        windows.set(id, window);
      }
      const remaining = Math.max(0, rate.points - window.spent);
      return Promise.resolve({ allowed, remaining, resetMs: leftMs(window, rate, nowMs) });
    },
    giveBack(key, rate, points) {
      const window = open(idOf(key, rate), rate, performance.now());
      window.spent = Math.max(0, window.spent - points);
      return Promise.resolve();
    },
    reset(key, rate) {
      windows.delete(idOf(key, rate));
      return Promise.resolve();
    },
  };
}

/** Bounded too: a key may be what a stranger typed. */
function idOf(key: string, rate: Rate): string {
  const short = key.length > MAX_KEY_LENGTH ? hash('sha256', key) : key;
  return JSON.stringify([rate.name, short]);
}

/** Sums of fractions may come out a hair above the window that they were made of. */
function leftMs({ endsAtMs }: Window, { windowSeconds }: Rate, nowMs: number): number {
  return Math.min(windowSeconds * 1_000, Math.ceil(endsAtMs - nowMs));
}
