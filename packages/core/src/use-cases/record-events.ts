import type { EventInput } from '../domain/event-input.js';
import type { NewEvent, ProvenanceEvent } from '../domain/event.js';
import type { Principal } from '../domain/principal.js';
import { below } from '../domain/problem.js';
import type { Problem } from '../domain/problem.js';
import { BatchRefusedError, InvalidInputError, StoreUnavailableError, isDecided, isRegistryError } from '../errors.js';
import type { AnyRegistryError } from '../errors.js';
import { coalesced } from './coalesce.js';
import type { CoalesceLimits } from './coalesce.js';
import { commitEvents } from './commit-events.js';
import type { CommitDeps, Posted, Posting, Seal } from './commit-events.js';
import { keptAnswer, makeOnce, replayOf } from './once.js';
import type { Claim, Creation, Once } from './once.js';
import { prepareEvent } from './prepare-event.js';
import type { PrepareEventDeps } from './prepare-event.js';

/** @internal */
export interface RecordEventsDeps extends PrepareEventDeps, CommitDeps {
  readonly coalesce: CoalesceLimits;
}

/**
 * Events recorded together: 1 to 1,000, in the order given. `atomic`: all of them or none.
 *
 * @public
 */
export interface BatchInput {
  readonly events: readonly EventInput[];
  readonly atomic: boolean;
}

/** @public What became of one event of a batch. */
export type BatchResult =
  | { readonly kind: 'recorded'; readonly event: ProvenanceEvent }
  | { readonly kind: 'refused'; readonly error: AnyRegistryError };

const MAX_BATCH = 1_000;
/** How often a receiver may change under a posting before that is taken for a fault. */
const MAX_ROUNDS = 5;

/**
 * Records one event; events that come while others are being recorded are recorded together.
 *
 * @internal
 */
export function makeRecordEvent(deps: RecordEventsDeps): Creation<EventInput, ProvenanceEvent> {
  const submit = coalesced((postings: readonly Posting[]) => commitEvents(deps, postings), deps.coalesce);
  return makeOnce(deps)<EventInput, ProvenanceEvent>(async (principal, input, claim) => {
    deps.access.expectRole(principal, 'event:create');
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const event = await prepareEvent(deps, principal, input);
      const posted = await submit(posting(event, principal, claim));
      if (posted.kind === 'failed') throw posted.error;
      if (posted.kind !== 'stale') return posted;
      deps.catalog.forget([event.receiverId]);
    }
    throw new StoreUnavailableError();
  });
}

/**
 * Records a batch in one unit of work. Without `atomic` a bad event gets its own error and its neighbours are recorded.
 *
 * @internal
 */
export function makeRecordBatch(deps: RecordEventsDeps): Creation<BatchInput, readonly BatchResult[]> {
  return makeOnce(deps)<BatchInput, readonly BatchResult[]>(async (principal, input, claim) => {
    deps.access.expectRole(principal, 'event:create');
    if (input.events.length < 1 || input.events.length > MAX_BATCH) {
      throw new InvalidInputError([{ pointer: '/events', detail: `must be 1 to ${String(MAX_BATCH)} events` }]);
    }
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const once = await attemptBatch(deps, principal, input, claim);
      if (once !== 'stale') return once;
    }
    throw new StoreUnavailableError();
  });
}

function posting(event: NewEvent, author: Principal, claim?: Claim<ProvenanceEvent>): Posting {
  return claim === undefined ? { event, author } : { event, author, claim };
}

type Prepared = { readonly posting: Posting } | { readonly error: AnyRegistryError };

async function attemptBatch(
  deps: RecordEventsDeps,
  principal: Principal,
  { events, atomic }: BatchInput,
  claim: Claim<readonly BatchResult[]> | undefined,
): Promise<Once<readonly BatchResult[]> | 'stale'> {
  const prepared = await Promise.all(events.map((input) => preparedOrRefused(deps, principal, input)));
  const errors = prepared.map((item) => ('error' in item ? item.error : undefined));
  if (atomic || claim !== undefined) throwUndecided(errors);
  if (atomic) refuseIfAny(errors);
  const postings = prepared.flatMap((item) => ('posting' in item ? [item.posting] : []));
  const merge = (posted: readonly Posted[]): readonly BatchResult[] => merged(prepared, posted);
  try {
    const posted = await commitEvents(deps, postings, sealing(deps, claim, atomic, merge));
    return { kind: 'done', value: merge(posted) };
  } catch (error) {
    if (error instanceof StaleBatch) {
      deps.catalog.forget(postings.map(({ event }) => event.receiverId));
      return 'stale';
    }
    if (error instanceof AnsweredBatch) return { kind: 'replayed', answer: error.answer };
    throw error;
  }
}

/** Ends the unit of work of a batch: nothing of it is kept, because a receiver has changed. */
class StaleBatch extends Error {}

/** Ends the unit of work of a batch: it was answered before. */
class AnsweredBatch extends Error {
  readonly answer: string;
  constructor(answer: string) {
    super('answered before');
    this.answer = answer;
  }
}

function sealing(
  deps: CommitDeps,
  claim: Claim<readonly BatchResult[]> | undefined,
  atomic: boolean,
  merge: (posted: readonly Posted[]) => readonly BatchResult[],
): { readonly keys: readonly string[]; readonly seal: Seal } {
  return {
    keys: claim === undefined ? [] : [claim.keyId],
    async seal({ answers }, posted) {
      const [kept] = claim === undefined ? [] : await answers.find([claim.keyId]);
      if (claim !== undefined && kept !== undefined) throw new AnsweredBatch(replayOf(claim, kept).answer);
      if (posted.some(({ kind }) => kind === 'stale')) throw new StaleBatch();
      if (atomic) refuseIfAny(posted.map((item) => (item.kind === 'failed' ? asRegistryError(item.error) : undefined)));
      if (claim !== undefined)
        await answers.keep([keptAnswer(deps.clock, claim, { kind: 'done', value: merge(posted) })]);
    },
  };
}

async function preparedOrRefused(deps: PrepareEventDeps, principal: Principal, input: EventInput): Promise<Prepared> {
  try {
    return { posting: posting(await prepareEvent(deps, principal, input), principal) };
  } catch (error) {
    return { error: asRegistryError(error) };
  }
}

/** An answer for the whole batch, or one that is kept, cannot rest on an event that nobody could look at. */
function throwUndecided(errors: readonly (AnyRegistryError | undefined)[]): void {
  const undecided = errors.find((error) => error !== undefined && !isDecided(error));
  if (undecided !== undefined) throw undecided;
}

function refuseIfAny(errors: readonly (AnyRegistryError | undefined)[]): void {
  const problems = errors.flatMap((error, index) => (error === undefined ? [] : problemsAt(index, error)));
  if (problems.length > 0) throw new BatchRefusedError(problems);
}

function problemsAt(index: number, error: AnyRegistryError): readonly Problem[] {
  const own = error.problems.length > 0 ? error.problems : [{ pointer: '', detail: error.message }];
  return below(`/events/${String(index)}`, own);
}

function merged(prepared: readonly Prepared[], posted: readonly Posted[]): readonly BatchResult[] {
  const rest = posted.values();
  return prepared.map((item) =>
    'error' in item ? { kind: 'refused', error: item.error } : batchResult(rest.next().value),
  );
}

function batchResult(posted: Posted | undefined): BatchResult {
  if (posted?.kind === 'done') return { kind: 'recorded', event: posted.value };
  if (posted?.kind === 'failed') return { kind: 'refused', error: asRegistryError(posted.error) };
  throw new Error('an event of a batch was neither recorded nor refused');
}

/** What is not the registry's own error is a fault of the program, which no single event answers for. */
function asRegistryError(error: unknown): AnyRegistryError {
  if (isRegistryError(error)) return error;
  throw error;
}
