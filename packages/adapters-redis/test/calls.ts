import { setTimeout as sleep } from 'node:timers/promises';

import type { Rate, RateDecision, RateLimiter } from '@xzepr/core';

/** What came of calls that were made one after the other for a while, and how long each took. */
export interface Calls {
  readonly tookMs: readonly number[];
  readonly decisions: readonly RateDecision[];
}

/** Asks every few milliseconds, without waiting for answers, for as long as `during` takes: a load that knows no back-pressure. */
export async function callsDuring(limiter: RateLimiter, rate: Rate, during: Promise<unknown>): Promise<Calls> {
  const [tookMs, decisions]: [number[], RateDecision[]] = [[], []];
  const pending = new Set<Promise<void>>();
  const over = new AbortController();
  const ended = during.finally(() => {
    over.abort();
  });
  for (let count = 0; !over.signal.aborted; count += 1) {
    const began = performance.now();
    const call = limiter.consume(`key ${count % 7}`, rate, 1).then((decision) => {
      tookMs.push(performance.now() - began);
      decisions.push(decision);
    });
    pending.add(call);
    void call.then(() => pending.delete(call));
    await sleep(3);
  }
  await Promise.all(pending);
  await ended;
  return { tookMs, decisions };
}

export function percentile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? 0;
}
