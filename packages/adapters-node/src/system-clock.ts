import { timestampAt } from '@xzepr/core';
import type { Clock } from '@xzepr/core';

/** How far the two clocks may drift apart before the finer one is set by the other, in milliseconds. */
const MAX_DRIFT_MS = 5;

let originMs = performance.timeOrigin;

/**
 * The machine's clock, with the microseconds of its finer counter. Follows the machine when its clock is set.
 *
 * @public
 */
export const systemClock: Clock = {
  now() {
    const wall = Date.now();
    let fine = originMs + performance.now();
    if (Math.abs(fine - wall) > MAX_DRIFT_MS) {
      originMs += wall - fine;
      fine = wall;
    }
    const whole = Math.floor(fine);
    return timestampAt(whole, Math.floor((fine - whole) * 1_000));
  },
};
