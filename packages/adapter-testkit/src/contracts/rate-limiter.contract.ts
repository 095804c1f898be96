import assert from 'node:assert/strict';

import type { Rate, RateDecision, RateLimiter } from '@xzepr/core';

import { AWKWARD_TEXTS } from '../awkward.js';
import { declareContract } from '../contract.js';
import type { Promises, TestRunner } from '../contract.js';

/** @public A rate limiter in which nobody else counts, and what lets time pass for it: a step of its clock, or a sleep. */
export interface RateLimiterHarness {
  readonly limiter: RateLimiter;
  pass(ms: number): Promise<void>;
}

type Harness = RateLimiterHarness;

const TEN: Rate = { name: 'ten', points: 10, windowSeconds: 60 };
const BRIEF: Rate = { name: 'brief', points: 3, windowSeconds: 1 };
/** Longer than the window of `BRIEF`, by as much as a limiter may round. */
const PAST_BRIEF_MS = 1_300;
const AT_ONCE = 100;

let keys = 0;
/** One that no promise of this process has counted under. */
function freshKey(): string {
  keys += 1;
  return `key ${String(keys)}`;
}

async function consumeAll({ limiter }: Harness, key: string, costs: readonly number[]): Promise<readonly boolean[]> {
  const answers: boolean[] = [];
  for (const cost of costs) answers.push((await limiter.consume(key, TEN, cost)).allowed);
  return answers;
}

/** What is left, as the next to spend a point learns. */
async function left({ limiter }: Harness, key: string, rate: Rate = TEN): Promise<number> {
  const decision = await limiter.consume(key, rate, 1);
  return decision.allowed ? decision.remaining + 1 : decision.remaining;
}

function assertInWindow({ resetMs }: RateDecision, rate: Rate): void {
  assert.ok(resetMs >= 0 && resetMs <= rate.windowSeconds * 1_000, `the window ends in ${String(resetMs)} ms`);
}

const spending: Promises<Harness> = {
  'allows what the rate has, and nothing more': async ({ limiter }) => {
    const key = freshKey();
    for (let spent = 1; spent <= TEN.points; spent += 1) {
      const { allowed, remaining } = await limiter.consume(key, TEN, 1);
      assert.deepEqual({ allowed, remaining }, { allowed: true, remaining: TEN.points - spent });
    }
    const { allowed, remaining } = await limiter.consume(key, TEN, 1);
    assert.deepEqual({ allowed, remaining }, { allowed: false, remaining: 0 });
  },
  'spends what it costs, and nothing when it is not allowed': async (harness) => {
    const key = freshKey();
    assert.deepEqual(await consumeAll(harness, key, [8, 3, 3, 2]), [true, false, false, true]);
    const heavy = freshKey();
    assert.deepEqual(await consumeAll(harness, heavy, [11, 10, 1]), [false, true, false]);
  },
  'says what is left when it is not allowed': async ({ limiter }) => {
    const key = freshKey();
    await limiter.consume(key, TEN, 6);
    const { allowed, remaining } = await limiter.consume(key, TEN, 5);
    assert.deepEqual({ allowed, remaining }, { allowed: false, remaining: 4 });
  },
  'allows exactly as many as it has, of any number at once': async ({ limiter }) => {
    const key = freshKey();
    const decisions = await Promise.all(Array.from({ length: AT_ONCE }, () => limiter.consume(key, TEN, 1)));
    assert.equal(decisions.filter(({ allowed }) => allowed).length, TEN.points);
  },
  'never spends more than it has, of different costs at once': async ({ limiter }) => {
    const key = freshKey();
    const costs = Array.from({ length: AT_ONCE }, (_, index) => 1 + (index % 4));
    const decisions = await Promise.all(costs.map((cost) => limiter.consume(key, TEN, cost)));
    const spent = costs.filter((_cost, index) => decisions[index]?.allowed).reduce((sum, cost) => sum + cost, 0);
    assert.equal(spent, TEN.points);
  },
};

const windows: Promises<Harness> = {
  'says when all points are back, which no spending puts off': async (harness) => {
    const key = freshKey();
    const first = await harness.limiter.consume(key, TEN, 1);
    assertInWindow(first, TEN);
    await harness.pass(300);
    const second = await harness.limiter.consume(key, TEN, 20);
    await harness.pass(300);
    const third = await harness.limiter.consume(key, TEN, 1);
    for (const decision of [second, third]) assertInWindow(decision, TEN);
    assert.ok(first.resetMs - second.resetMs >= 200 && second.resetMs - third.resetMs >= 200);
  },
  'has all points back when the window ends, and a whole window again': async (harness) => {
    const key = freshKey();
    await harness.limiter.consume(key, BRIEF, 3);
    assert.equal((await harness.limiter.consume(key, BRIEF, 1)).allowed, false);
    await harness.pass(PAST_BRIEF_MS);
    const again = await harness.limiter.consume(key, BRIEF, 2);
    assert.deepEqual([again.allowed, again.remaining], [true, 1]);
    assertInWindow(again, BRIEF);
    assert.ok(again.resetMs >= 500, `a new window ends in ${String(again.resetMs)} ms`);
  },
};

const apart: Promises<Harness> = {
  'counts keys apart, whatever they are made of': async (harness) => {
    const key = freshKey();
    const awkward = [...AWKWARD_TEXTS, '', ':', '{', 'a'.repeat(1_000), 'a'.repeat(1_001)].map((text) => key + text);
    for (const one of awkward) await harness.limiter.consume(one, TEN, 4);
    for (const one of awkward) assert.equal(await left(harness, one), 6, one);
  },
  'counts rates apart by their names, whatever is in them': async (harness) => {
    const key = freshKey();
    const [one, other] = [TEN, { ...TEN, name: 'other' }];
    await harness.limiter.consume(key, one, 10);
    assert.equal(await left(harness, key, other), 10);
    await harness.limiter.consume(`b:${key}`, { ...TEN, name: 'a' }, 10);
    assert.equal(await left(harness, key, { ...TEN, name: 'a:b' }), 10);
  },
};

const takingBack: Promises<Harness> = {
  'gives points back as if they had not been spent': async (harness) => {
    const key = freshKey();
    await harness.limiter.consume(key, TEN, 10);
    await harness.limiter.giveBack(key, TEN, 3);
    assert.deepEqual(await consumeAll(harness, key, [4, 3, 1]), [false, true, false]);
  },
  'gives back no more than was spent': async (harness) => {
    const key = freshKey();
    await harness.limiter.giveBack(key, TEN, 5);
    assert.equal(await left(harness, key), 10);
    await harness.limiter.giveBack(key, TEN, 5);
    assert.equal(await left(harness, key), 10);
  },
  'neither puts off nor forgets the end of the window when it gives back': async (harness) => {
    const key = freshKey();
    await harness.limiter.consume(key, BRIEF, 3);
    await harness.limiter.giveBack(key, BRIEF, 3);
    const again = await harness.limiter.consume(key, BRIEF, 3);
    assert.equal(again.allowed, true);
    assertInWindow(again, BRIEF);
    await harness.pass(PAST_BRIEF_MS);
    assert.equal((await harness.limiter.consume(key, BRIEF, 3)).allowed, true);
  },
  'forgets what a key has spent, and no other': async (harness) => {
    const [key, other] = [freshKey(), freshKey()];
    for (const one of [key, other]) await harness.limiter.consume(one, TEN, 10);
    await harness.limiter.reset(key, TEN);
    await harness.limiter.reset(freshKey(), TEN);
    assert.deepEqual([await left(harness, key), await left(harness, other)], [10, 0]);
  },
};

/**
 * What `RateLimiter` promises, but for its deadline: that is for the adapter's own tests, which can take away what it relies on.
 *
 * @public
 */
export function rateLimiterContract(runner: TestRunner, open: () => Promise<RateLimiterHarness>): void {
  declareContract(runner, 'rate limiter', open, { ...spending, ...windows, ...apart, ...takingBack });
}
