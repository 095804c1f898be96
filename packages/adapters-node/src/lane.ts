import { CheckerBusyError } from '@xzepr/core';
import { Piscina } from 'piscina';

import { onOvertime } from './overtime.js';
import type { Beginning } from './schema-tasks.js';
import { makeTurns } from './turns.js';

/** @internal What became of a task: its answer, that its time was over, or that it asked for too much else. */
export type LaneResult<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'overtime' }
  | { readonly kind: 'cut-off'; readonly detail: string };

/** @internal How long a task may take once it has begun, and how long it may wait for that. */
export interface LaneTime {
  readonly limitMs: number;
  /** For reading a schema that the worker does not know yet, which comes before the rest and has a time of its own. */
  readonly readingMs: number;
  readonly waitMs: number;
}

/** @internal Workers that do one task at a time each. */
export interface Lane {
  /** @throws CheckerBusyError no worker has begun with it in time */
  run<T>(name: string, task: object, time: LaneTime): Promise<LaneResult<T>>;
  close(): Promise<void>;
}

/** @internal */
export function makeLane(threads: number, memoryMiB: number): Lane {
  const pool = new Piscina({
    filename: new URL(`./schema-tasks${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href,
    ...{ minThreads: 0, maxThreads: threads, idleTimeout: 10_000, concurrentTasksPerWorker: 1 },
    resourceLimits: { maxOldGenerationSizeMb: memoryMiB, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  });
  const beginnings = new Map<number, (isReading: boolean) => void>();
  let tasks = 0;
  pool.on('message', ({ began, isReading }: Beginning) => beginnings.get(began)?.(isReading));
  // A worker that was cut off may still run out of memory before it ends. Its task was answered, and nobody else is told.
  pool.on('error', () => undefined);
  const turn = makeTurns(threads);

  return {
    async run<T>(name: string, task: object, { limitMs, readingMs, waitMs }: LaneTime) {
      const arrived = performance.now();
      const done = await turn(waitMs);
      const number = (tasks += 1);
      const cut = new AbortController();
      const notBegun = setTimeout(
        () => {
          cut.abort(new CheckerBusyError());
        },
        waitMs - (performance.now() - arrived),
      );
      let stopClock = (): void => undefined;
      beginnings.set(number, (isReading) => {
        clearTimeout(notBegun);
        stopClock();
        stopClock = onOvertime(isReading ? readingMs : limitMs, () => {
          cut.abort();
        });
      });
      try {
        return { kind: 'answered', answer: (await pool.run({ ...task, number }, { name, signal: cut.signal })) as T };
      } catch (error) {
        return cut.signal.aborted
          ? overtime(cut.signal.reason)
          : { kind: 'cut-off', detail: whyCutOff(error, memoryMiB) };
      } finally {
        clearTimeout(notBegun);
        beginnings.delete(number);
        stopClock();
        done();
      }
    },
    close: () => pool.destroy(),
  };
}

function overtime(reason: unknown): { readonly kind: 'overtime' } {
  if (reason instanceof CheckerBusyError) throw reason;
  return { kind: 'overtime' };
}

/** @throws the error itself when it is not about limits: a fault of ours must not look like the schema's */
function whyCutOff(error: unknown, memoryMiB: number): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `took more than ${String(memoryMiB)} MiB of memory`;
  if (name === 'RangeError') return 'went too deep';
  throw error;
}
