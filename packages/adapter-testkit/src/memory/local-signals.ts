import type { IdentitySignals } from '@xzepr/core';

/** @public What goes between the processes of one test, and can be cut. */
export interface LocalSignals {
  /** The signals of one more process. */
  join(): IdentitySignals;
  /** From now on nothing arrives. */
  interrupt(): void;
  /** Nothing that was sent meanwhile arrives; all are told that they may have missed something. */
  restore(): void;
}

/**
 * Signals for tests: what one sends has arrived at all when `send` resolves.
 *
 * @public
 */
export function localSignals(): LocalSignals {
  const listeners = new Set<() => void>();
  let isLive = true;
  const tellAll = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    join: () => ({
      send() {
        if (isLive) tellAll();
        return Promise.resolve();
      },
      listen(listener) {
        listeners.add(listener);
      },
      isLive: () => isLive,
    }),
    interrupt() {
      isLive = false;
    },
    restore() {
      isLive = true;
      tellAll();
    },
  };
}
