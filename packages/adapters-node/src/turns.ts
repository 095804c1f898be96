import { CheckerBusyError } from '@xzepr/core';

/**
 * Lets `atOnce` callers through at a time, the others in their order. Resolves with what ends the turn.
 *
 * @throws CheckerBusyError the turn has not come within `waitMs`
 * @internal
 */
export function makeTurns(atOnce: number): (waitMs: number) => Promise<() => void> {
  const waiting = new Set<() => void>();
  let free = atOnce;

  function end(): void {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  }

  return (waitMs) => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve(end);
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(begin);
        reject(new CheckerBusyError());
      }, waitMs);
      function begin(): void {
        clearTimeout(timer);
        waiting.delete(begin);
        resolve(end);
      }
      waiting.add(begin);
    });
  };
}
