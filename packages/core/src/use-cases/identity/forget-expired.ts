import type { Clock } from '../../ports/clock.js';
import type { UnitOfWork } from '../../ports/unit-of-work.js';

const AT_ONCE = 1_000;

/** @internal Forgets what has expired, a bounded number in each unit of work; how many in all. */
export async function forgetExpired(deps: { readonly unitOfWork: UnitOfWork; readonly clock: Clock }): Promise<number> {
  const before = deps.clock.now();
  let forgotten = 0;
  for (;;) {
    const some = await deps.unitOfWork.run({}, async ({ sessions, roundTrips }) => {
      const ofSessions = await sessions.forgetExpired(before, AT_ONCE);
      return ofSessions + (await roundTrips.forgetExpired(before, AT_ONCE));
    });
    forgotten += some;
    if (some === 0) return forgotten;
  }
}
