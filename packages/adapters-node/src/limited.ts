import { RegistryBusyError } from '@xzepr/core';

/**
 * Runs work, at most `atOnce` at a time and the rest in its order, of which at most `maxWaiting` waits.
 *
 * @throws RegistryBusyError too much waits already; nothing was begun
 * @internal
 */
export function limited(atOnce: number, maxWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function begin(): Promise<void> {
    if (running < atOnce) {
      running += 1;
      return;
    }
    if (waiting.length >= maxWaiting) throw new RegistryBusyError();
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  /** Whoever waits longest takes over the place; it is never free in between. */
  function end(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return async (work) => {
    await begin();
    try {
      return await work();
    } finally {
      end();
    }
  };
}
