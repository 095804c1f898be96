import assert from 'node:assert/strict';

import { parseTimestamp, unixMs } from '@xzepr/core';
import type { Clock } from '@xzepr/core';

import { declareContract } from '../contract.js';
import type { Promises, TestRunner } from '../contract.js';

/** @public A clock, and the time it goes by, in whole milliseconds since 1970. For a real one that is `Date.now`. */
export interface ClockHarness {
  readonly clock: Clock;
  unixMs(): number;
}

const clockPromises: Promises<ClockHarness> = {
  'tells a moment in UTC with six digits of the second': async ({ clock }) => {
    const now = clock.now();
    assert.equal(parseTimestamp(now), now);
    return Promise.resolve();
  },
  'tells the time that it goes by': async (harness) => {
    for (let times = 0; times < 100; times += 1) {
      const [before, now, after] = [harness.unixMs(), unixMs(harness.clock.now()), harness.unixMs()];
      assert.ok(
        before - 1 <= now && now <= after + 1,
        `${String(now)} is not from ${String(before)} to ${String(after)}`,
      );
    }
    return Promise.resolve();
  },
};

/**
 * What `Clock` promises.
 *
 * @public
 */
export function clockContract(runner: TestRunner, open: () => Promise<ClockHarness>): void {
  declareContract(runner, 'clock', open, clockPromises);
}
