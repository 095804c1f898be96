import { reconcileAll } from './reconcile.js';
import type { ReconcileDeps } from './reconcile.js';

/** @internal */
export interface Reconciler {
  /** Settles everything that is pending when it is called; resolves when that is done. */
  reconcile(): Promise<void>;
  /** Lets the step under way end and begins no other. */
  stop(): Promise<void>;
}

/**
 * One run at a time: a call while one is under way has one more follow, because it may ask for what that one has passed.
 *
 * @internal
 */
export function makeReconciler(deps: ReconcileDeps): Reconciler {
  let running: Promise<void> | undefined;
  let following: Promise<void> | undefined;
  let stopped = false;

  function start(): Promise<void> {
    following = undefined;
    running = reconcileAll(deps, () => stopped).finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    reconcile() {
      if (stopped) return Promise.resolve();
      if (running === undefined) return start();
      following ??= running.then(start, start);
      return following;
    },
    async stop() {
      stopped = true;
      await Promise.allSettled([running, following]);
    },
  };
}
