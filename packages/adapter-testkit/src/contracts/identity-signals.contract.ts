import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import type { IdentitySignals } from '@xzepr/core';

import { declareContract } from '../contract.js';
import type { Promises, TestRunner } from '../contract.js';

/** @public The signals of two processes, and what takes away and brings back what is between them. */
export interface IdentitySignalsHarness {
  readonly one: IdentitySignals;
  readonly other: IdentitySignals;
  /** Takes away what the signals go through. */
  interrupt(): Promise<void>;
  restore(): Promise<void>;
  /** The tests call it when they are through. */
  close(): Promise<void>;
}

type Harness = IdentitySignalsHarness;

/** More than the port allows for: what is late on a busy machine is not wrong. */
const PATIENCE_MS = 15_000;

async function until(happens: () => boolean, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!happens()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await sleep(5);
  }
}

function countCalls(signals: IdentitySignals): () => number {
  let calls = 0;
  signals.listen(() => {
    calls += 1;
  });
  return () => calls;
}

async function bothLive({ one, other }: Harness): Promise<void> {
  await until(() => one.isLive() && other.isLive(), 'both are live');
}

const identitySignalsPromises: Promises<Harness> = {
  'is live in the end': bothLive,
  'tells every process, the one that sends too, and each listener of it': async (harness) => {
    await bothLive(harness);
    const heard = [harness.one, harness.other, harness.other].map(countCalls);
    await harness.one.send();
    await until(() => heard.every((calls) => calls() > 0), 'all have heard');
  },
  'tells after the last of many that were sent': async (harness) => {
    await bothLive(harness);
    const heard = countCalls(harness.other);
    for (let times = 0; times < 20; times += 1) await harness.one.send();
    await sleep(0);
    await until(() => heard() > 0, 'the other has heard');
    const before = heard();
    await harness.one.send();
    await until(() => heard() > before, 'the other has heard of the last');
  },
  'is not live while what is sent would not arrive, and send still resolves': async (harness) => {
    await bothLive(harness);
    await harness.interrupt();
    try {
      await until(() => !harness.one.isLive() && !harness.other.isLive(), 'both know that they are cut off');
      await harness.one.send();
    } finally {
      await harness.restore();
    }
    await bothLive(harness);
  },
  'tells when something may have been missed, and is live no sooner': async (harness) => {
    await bothLive(harness);
    const heard = countCalls(harness.other);
    await harness.interrupt();
    await until(() => !harness.other.isLive(), 'it knows that it is cut off');
    const before = heard();
    await harness.restore();
    await until(() => harness.other.isLive(), 'it is live again');
    assert.ok(heard() > before, 'it was live again before its listeners knew that something may have been missed');
  },
};

/**
 * What `IdentitySignals` promises.
 *
 * @public
 */
export function identitySignalsContract(runner: TestRunner, open: () => Promise<IdentitySignalsHarness>): void {
  let opened: IdentitySignalsHarness | undefined;
  runner.describe('identity signals', () => {
    runner.afterAll(async () => {
      await opened?.close();
    });
    const opening = async (): Promise<IdentitySignalsHarness> => (opened = await open());
    declareContract(runner, 'between two processes', opening, identitySignalsPromises);
  });
}
