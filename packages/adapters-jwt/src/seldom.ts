import { unixMs } from '@xzepr/core';
import type { Clock } from '@xzepr/core';

/**
 * `hook`, but called at most once in `ms` milliseconds, however often it is asked for. What it throws is not passed on.
 *
 * @internal
 */
export function seldom(clock: Clock, ms: number, hook: (kid: string) => void): (kid: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (kid) => {
    const now = unixMs(clock.now());
    // The clock may have been set back.
    if (Math.abs(now - last) < ms) return;
    last = now;
    try {
      hook(kid);
    } catch {
      // Verifying never throws; the token is refused all the same.
    }
  };
}
