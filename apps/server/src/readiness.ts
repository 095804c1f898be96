import type { PostgresBackend } from '@xzepr/adapters-postgres';

const KEPT_MS = 1_000;

/** Whether requests can be served. */
export interface Readiness {
  ready(): Promise<boolean>;
  /** From now on the answer is no. */
  drain(): void;
}

/** Asks the store at most once a second, however often it is asked itself. */
export function makeReadiness(backend: PostgresBackend, isStarted: () => boolean): Readiness {
  let draining = false;
  let asked: { readonly at: number; readonly answer: Promise<boolean> } | undefined;

  async function ask(): Promise<boolean> {
    try {
      await backend.ping();
      return true;
    } catch {
      // Whatever it is, it is not ready; the store's own callers tell why.
      return false;
    }
  }

  return {
    async ready() {
      if (draining || !isStarted()) return false;
      if (asked === undefined || performance.now() - asked.at > KEPT_MS)
        asked = { at: performance.now(), answer: ask() };
      return asked.answer;
    },
    drain() {
      draining = true;
    },
  };
}
