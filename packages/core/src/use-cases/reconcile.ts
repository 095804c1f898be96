import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { Reconciliation } from '../ports/reconciliation-store.js';
import type { HashedSubject, RegistryReader } from '../ports/registry-reader.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { settleGates } from './decide-gates.js';

/** @internal */
export interface ReconcileDeps {
  readonly unitOfWork: UnitOfWork;
  readonly reader: RegistryReader;
  readonly clock: Clock;
  readonly digest: Digest;
  /** How many subjects are settled in one unit of work: posters of these wait for it. */
  readonly subjectsPerStep: number;
}

const GROUPS_AT_ONCE = 16;

/**
 * Settles the subjects of every group whose rule has changed, step by step until none is left or `isStopped` says so. Any
 * number of processes may do so at once and each may end at any moment: a step is kept whole or not at all, and one that
 * another process has done already is not done again.
 *
 * @internal
 */
export async function reconcileAll(deps: ReconcileDeps, isStopped: () => boolean): Promise<void> {
  for (;;) {
    const pending = await deps.reader.reconciliations.pending(GROUPS_AT_ONCE);
    if (pending.length === 0) return;
    for (const reconciliation of pending) {
      if (isStopped()) return;
      await step(deps, reconciliation);
    }
  }
}

async function step(deps: ReconcileDeps, reconciliation: Reconciliation): Promise<void> {
  const { groupId, cursor } = reconciliation;
  const group = await deps.reader.groups.find(groupId);
  if (group === undefined) return;
  const limit = deps.subjectsPerStep;
  const subjects = await deps.reader.reconciliations.subjects(groupId, { after: cursor, limit });
  const scope = { sharedReceivers: group.receiverIds, subjects: subjects.map(({ subjectHash }) => subjectHash) };
  await deps.unitOfWork.run(scope, async (stores) => {
    const next = subjects.length < limit ? undefined : subjects.at(-1)?.subjectHash;
    if (!(await stores.reconciliations.advance(reconciliation, next))) return;
    if (subjects.length === 0) return;
    const contexts = await stores.events.gatesOf(groupId, scope.subjects);
    const { facts, states } = settleGates(deps.digest, deps.clock.now(), contexts, byHash(subjects));
    if (states.length > 0) await stores.events.append(facts, states);
  });
}

function byHash(
  subjects: readonly HashedSubject[],
): ReadonlyMap<HashedSubject['subjectHash'], HashedSubject['subject']> {
  return new Map(subjects.map(({ subject, subjectHash }) => [subjectHash, subject]));
}
