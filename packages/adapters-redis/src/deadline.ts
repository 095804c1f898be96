/** @internal What came of something by a deadline. */
export type InTime<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' };

/**
 * Waits for `work`, but no longer than `ms`; what comes of it later nobody hears of. An answer that had arrived in time and was
 * not read because the process was busy counts as in time: the sockets get their turn before the answer is called late.
 *
 * @internal
 */
export function inTime<T>(work: Promise<T>, ms: number): Promise<InTime<T>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => setImmediate(resolve, { kind: 'late' }), ms);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve({ kind: 'answered', value });
      },
      (error: unknown) => {
        clearTimeout(timer);
        resolve({ kind: 'failed', error });
      },
    );
  });
}
