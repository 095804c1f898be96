import { inTime } from './deadline.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1_000;

export interface ShortCircuitOptions {
  readonly deadlineMs: number;
  /** Hears when calls begin and cease to be cut short. Must not throw. */
  readonly onChange: (isOpen: boolean) => void;
}

/**
 * Lets calls through, each no longer than `deadlineMs`. After one that failed or was late nothing is let through for a quarter of
 * a second, then a single call that finds out; as long as that goes wrong the pause doubles, up to a second. Answers undefined in
 * place of what did not come.
 *
 * @internal
 */
export function makeShortCircuit({
  deadlineMs,
  onChange,
}: ShortCircuitOptions): <T extends object>(call: () => Promise<T>) => Promise<T | undefined> {
  let open: { readonly pauseMs: number; readonly untilMs: number } | undefined;
  let isProbing = false;

  /** Of many that were under way only the first is news. */
  function fail(): void {
    if (open !== undefined) return;
    pause(FIRST_PAUSE_MS);
    onChange(true);
  }

  function pause(pauseMs: number): void {
    open = { pauseMs, untilMs: performance.now() + pauseMs };
  }

  async function probe<T>(call: () => Promise<T>, pauseMs: number): Promise<T | undefined> {
    isProbing = true;
    const outcome = await inTime(call(), deadlineMs);
    isProbing = false;
    if (outcome.kind !== 'answered') {
      pause(Math.min(2 * pauseMs, LONGEST_PAUSE_MS));
      return undefined;
    }
    open = undefined;
    onChange(false);
    return outcome.value;
  }

  return async (call) => {
    if (open !== undefined) {
      return isProbing || performance.now() < open.untilMs ? undefined : probe(call, open.pauseMs);
    }
    const outcome = await inTime(call(), deadlineMs);
    if (outcome.kind === 'answered') return outcome.value;
    fail();
    return undefined;
  };
}
