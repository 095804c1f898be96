import { later } from '../domain/timestamp.js';
import type { Clock } from '../ports/clock.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

const KEPT_MS = 24 * 60 * 60 * 1_000;
/** A client's clock is none of ours: an hour on top of the day that is promised. */
const GRACE_MS = 60 * 60 * 1_000;
const AT_ONCE = 1_000;

/**
 * Forgets answers that were kept for longer than a day, a bounded number in each unit of work; how many in all.
 *
 * @internal
 */
export async function forgetAnswers(deps: { readonly unitOfWork: UnitOfWork; readonly clock: Clock }): Promise<number> {
  const before = later(deps.clock.now(), -(KEPT_MS + GRACE_MS));
  let forgotten = 0;
  for (;;) {
    const some = await deps.unitOfWork.run({}, ({ answers }) => answers.forget(before, AT_ONCE));
    forgotten += some;
    if (some < AT_ONCE) return forgotten;
  }
}
