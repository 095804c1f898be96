import { CheckerBusyError } from '@xzepr/core';
import { LRUCache } from 'lru-cache';

import { makeLane } from './lane.js';
import type { Lane, LaneResult, LaneTime } from './lane.js';
import { makeTurns } from './turns.js';

/** @internal How much a task may take, and how much may wait. */
export interface LaneLimits {
  readonly threads: number;
  readonly memoryMiB: number;
  readonly deadlineMs: number;
  /**
   * A check that takes longer than this goes on in the slow lane, and those of its schema begin there for a while. Reading the
   * schema, which each worker does once, is not counted; it may take half of the deadline.
   */
  readonly slowMs: number;
  readonly maxWaiting: number;
  readonly maxWaitingPerSchema: number;
  /** How long a task may wait until it begins. */
  readonly maxWaitMs: number;
}

/** @internal What became of a task: its answer, or that it was cut off. */
type LanesResult<T> = Exclude<LaneResult<T>, { readonly kind: 'overtime' }>;

/** @internal */
export interface Lanes {
  /**
   * Checks of one `owner` run one after the other, so that one schema holds at most one worker. One that is not done soon
   * gives its worker back and goes on where it shares one with its like only.
   *
   * @throws CheckerBusyError too much waits, of this owner or of all, or it has waited too long
   */
  check<T>(owner: string, task: object): Promise<LanesResult<T>>;
  /** Compilations have a worker of their own, and run one after the other. @throws CheckerBusyError as for a check */
  compile<T>(task: object): Promise<LanesResult<T>>;
  close(): Promise<void>;
}

const SLOW_KNOWN = 10_000;
/** A schema that was slow once may have been so because of the payload, or the machine. */
const SLOW_FOR_MS = 60_000;
/** Checks that wait at most of one schema that is slow. */
const SLOW_WAITING = 4;
/** Not the name of a schema. */
const COMPILER = '';

/** @internal */
export function makeLanes(limits: LaneLimits): Lanes {
  const { deadlineMs, slowMs, memoryMiB } = limits;
  const [quick, slow, compiler] = [makeLane(limits.threads, memoryMiB), makeLane(1, memoryMiB), makeLane(1, memoryMiB)];
  const slowOwners = new LRUCache<string, true>({ max: SLOW_KNOWN, ttl: SLOW_FOR_MS });
  const queues = new Map<string, { readonly turn: ReturnType<typeof makeTurns>; waiting: number }>();
  let waiting = 0;

  /** Begins `work` when it is the owner's turn. `timeLeft` says how long it may wait from then on. */
  async function inTurn<T>(owner: string, most: number, work: (timeLeft: () => number) => Promise<T>): Promise<T> {
    const queue = queues.get(owner) ?? { turn: makeTurns(1), waiting: 0 };
    if (waiting >= limits.maxWaiting || queue.waiting >= most) throw new CheckerBusyError();
    queues.set(owner, queue);
    waiting += 1;
    queue.waiting += 1;
    const until = performance.now() + limits.maxWaitMs;
    const timeLeft = (): number => Math.max(until - performance.now(), 0);
    try {
      const done = await queue.turn(timeLeft());
      return await work(timeLeft).finally(done);
    } finally {
      waiting -= 1;
      queue.waiting -= 1;
      if (queue.waiting === 0) queues.delete(owner);
    }
  }

  async function checked<T>(owner: string, task: object, timeLeft: () => number): Promise<LanesResult<T>> {
    if (!slowOwners.has(owner)) {
      const soon = await quick.run<T>('check', task, {
        limitMs: slowMs,
        readingMs: deadlineMs / 2,
        waitMs: timeLeft(),
      });
      if (soon.kind === 'answered') return soon;
      slowOwners.set(owner, true);
      if (soon.kind === 'cut-off') return soon;
    }
    return toTheEnd(slow, 'check', task, { limitMs: deadlineMs, readingMs: deadlineMs, waitMs: timeLeft() });
  }

  return {
    check: (owner, task) => {
      const most = slowOwners.has(owner) ? SLOW_WAITING : limits.maxWaitingPerSchema;
      return inTurn(owner, most, (timeLeft) => checked(owner, task, timeLeft));
    },
    compile: (task) =>
      inTurn(COMPILER, limits.maxWaitingPerSchema, (timeLeft) =>
        toTheEnd(compiler, 'compile', task, { limitMs: deadlineMs, readingMs: deadlineMs, waitMs: timeLeft() }),
      ),
    async close() {
      await Promise.all([quick.close(), slow.close(), compiler.close()]);
    },
  };
}

async function toTheEnd<T>(lane: Lane, name: string, task: object, time: LaneTime): Promise<LanesResult<T>> {
  const result = await lane.run<T>(name, task, time);
  return result.kind === 'overtime' ? { kind: 'cut-off', detail: `took more than ${String(time.limitMs)} ms` } : result;
}
