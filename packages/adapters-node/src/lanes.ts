import { CheckerBusyError } from '@xzepr/core';
import { LRUCache } from 'lru-cache';
import { Piscina } from 'piscina';

import type { Finding } from './schema-tasks.js';
import { makeTurns } from './turns.js';

/** @internal How much a task may take, and how much may wait. */
export interface LaneLimits {
  readonly threads: number;
  readonly memoryMiB: number;
  readonly deadlineMs: number;
  /** A schema of which one check took longer than this goes to the slow lane from then on. */
  readonly slowMs: number;
  /** The same for reading the schema, which each worker does once and then remembers. */
  readonly slowReadingMs: number;
  readonly maxWaiting: number;
  readonly maxWaitingPerSchema: number;
  /** How long a task may wait for a worker. */
  readonly maxWaitMs: number;
}

/** @internal What became of a task: its answer, or that it was cut off. */
type LaneResult<T> =
  { readonly kind: 'answered'; readonly answer: T } | { readonly kind: 'cut-off'; readonly detail: string };

/** @internal */
export interface Lanes {
  /**
   * Runs the task called `name` in a worker. Tasks of one `owner` run one after the other, so that one schema holds at most
   * one worker, and an owner whose task took long shares a worker with its like only.
   *
   * @throws CheckerBusyError too much waits, of this owner or of all
   */
  run<T>(owner: string, name: string, task: unknown): Promise<LaneResult<T>>;
  close(): Promise<void>;
}

const SLOW_KNOWN = 10_000;
/** Checks that wait at most of one schema that is slow. */
const SLOW_WAITING = 4;

/** @internal */
export function makeLanes(limits: LaneLimits): Lanes {
  const pool = (threads: number): Piscina =>
    new Piscina({
      filename: new URL(`./schema-tasks${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href,
      ...{ minThreads: 0, maxThreads: threads, idleTimeout: 10_000, concurrentTasksPerWorker: 1 },
      resourceLimits: { maxOldGenerationSizeMb: limits.memoryMiB, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
  const [quick, slow] = [pool(limits.threads), pool(1)];
  const turns = new Map([
    [quick, makeTurns(limits.threads, limits.maxWaitMs)],
    [slow, makeTurns(1, limits.maxWaitMs)],
  ]);
  const slowOwners = new LRUCache<string, true>({ max: SLOW_KNOWN });
  const queues = new Map<string, { last: Promise<unknown>; waiting: number }>();
  let waiting = 0;

  async function execute<T>(owner: string, name: string, task: unknown): Promise<LaneResult<T>> {
    const lane = slowOwners.has(owner) ? slow : quick;
    const done = await turns.get(lane)?.();
    const cut = new AbortController();
    const timer = setTimeout(() => {
      cut.abort();
    }, limits.deadlineMs);
    try {
      const found = (await lane.run(task, { name, signal: cut.signal })) as Finding<T>;
      if (found.checkingMs > limits.slowMs || found.readingMs > limits.slowReadingMs) slowOwners.set(owner, true);
      return { kind: 'answered', answer: found.answer };
    } catch (error) {
      slowOwners.set(owner, true);
      return { kind: 'cut-off', detail: whyCutOff(error, cut.signal, limits) };
    } finally {
      clearTimeout(timer);
      done?.();
    }
  }

  return {
    async run(owner, name, task) {
      const queue = queues.get(owner) ?? { last: Promise.resolve(), waiting: 0 };
      const most = slowOwners.has(owner) ? SLOW_WAITING : limits.maxWaitingPerSchema;
      if (waiting >= limits.maxWaiting || queue.waiting >= most) throw new CheckerBusyError();
      queues.set(owner, queue);
      waiting += 1;
      queue.waiting += 1;
      const turn = queue.last.then(() => execute(owner, name, task));
      queue.last = turn.catch(() => undefined);
      try {
        return (await turn) as never;
      } finally {
        waiting -= 1;
        queue.waiting -= 1;
        if (queue.waiting === 0) queues.delete(owner);
      }
    },
    async close() {
      await Promise.all([quick.destroy(), slow.destroy()]);
    },
  };
}

/** @throws the error itself when it is not about limits: a fault of ours must not look like the schema's */
function whyCutOff(error: unknown, { aborted }: AbortSignal, { deadlineMs, memoryMiB }: LaneLimits): string {
  if (aborted) return `took more than ${String(deadlineMs)} ms`;
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `took more than ${String(memoryMiB)} MiB of memory`;
  if (name === 'RangeError') return 'went too deep';
  throw error;
}
