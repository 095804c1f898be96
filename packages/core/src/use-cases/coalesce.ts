import { RegistryBusyError } from '../errors.js';

/**
 * How calls are gathered. `maxInFlight` batches are under way at once, of at most `maxItems` calls each; at most `maxWaiting`
 * calls wait. While a batch is under way another one leaves only with `worthwhile` calls: what a batch costs beside its calls
 * is then shared by many, and what comes later than that waits for less than the batch that it comes late for.
 *
 * @internal
 */
export interface CoalesceLimits {
  readonly maxInFlight: number;
  readonly worthwhile: number;
  readonly maxItems: number;
  readonly maxWaiting: number;
}

interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (answer: O) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers the calls that come while earlier batches are in flight and sends them as one. There is no timer: the batch in
 * flight is the clock, so a call that comes alone leaves at once.
 *
 * `send` answers in the order of its items; when it throws, every call of that batch gets the error.
 *
 * @throws RegistryBusyError too many calls wait
 * @internal
 */
export function coalesced<I, O>(
  send: (items: readonly I[]) => Promise<readonly O[]>,
  { maxInFlight, worthwhile, maxItems, maxWaiting }: CoalesceLimits,
): (item: I) => Promise<O> {
  let waiting: Waiting<I, O>[] = [];
  let inFlight = 0;
  let woken = false;

  function mayLeave(): boolean {
    return inFlight === 0 ? waiting.length > 0 : inFlight < maxInFlight && waiting.length >= worthwhile;
  }

  /** One turn of the microtask queue lets the calls of one tick leave together. */
  function wake(): void {
    if (woken || !mayLeave()) return;
    woken = true;
    void Promise.resolve().then(launch);
  }

  function launch(): void {
    woken = false;
    while (mayLeave()) {
      const batch = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      inFlight += 1;
      void settle(batch);
    }
  }

  async function settle(batch: readonly Waiting<I, O>[]): Promise<void> {
    try {
      const answers = await send(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => {
        resolve(answers[index] as O);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      inFlight -= 1;
      wake();
    }
  }

  return (item) =>
    new Promise<O>((resolve, reject) => {
      if (waiting.length >= maxWaiting) {
        reject(new RegistryBusyError());
        return;
      }
      waiting.push({ item, resolve, reject });
      wake();
    });
}
