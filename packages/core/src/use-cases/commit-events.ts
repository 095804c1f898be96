import type { EventTransition, NewEvent, ProvenanceEvent } from '../domain/event.js';
import type { EventId, GroupId, ReceiverId } from '../domain/ids.js';
import { NotAMemberError, isRegistryError } from '../errors.js';
import type { StoreRejectedError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { Fact } from '../ports/event-store.js';
import type { KeptAnswer } from '../ports/kept-answers.js';
import type { ReceiverStamp } from '../ports/receiver-store.js';
import type { Scope, Stores, UnitOfWork } from '../ports/unit-of-work.js';
import { decideGates } from './decide-gates.js';
import { shutOut } from './guards.js';
import type { AuthoredEvent } from './guards.js';
import { keptAnswer, replayOf } from './once.js';
import type { Claim } from './once.js';

/** @internal */
export interface CommitDeps {
  readonly unitOfWork: UnitOfWork;
  readonly digest: Digest;
  readonly clock: Clock;
}

/** @internal An event to be recorded, and the idempotency key that it came with. */
export interface Posting extends AuthoredEvent {
  readonly claim?: Claim<ProvenanceEvent>;
}

/**
 * What became of a posting. `stale`: its receiver is not any more what it was checked against. `failed`: the error is its
 * own, its neighbours are recorded.
 *
 * @internal
 */
export type Posted =
  | { readonly kind: 'done'; readonly value: ProvenanceEvent }
  | { readonly kind: 'replayed'; readonly answer: string }
  | { readonly kind: 'stale' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** @internal Runs in the unit of work after everything is recorded. */
export type Seal = (stores: Stores, posted: readonly Posted[]) => Promise<void>;

/**
 * Records events in one unit of work, in their order, and decides the gates that they touch. A posting whose receiver has
 * changed is left out. When the store refuses a value, each posting is tried alone to find which one, and the others are
 * recorded without it.
 *
 * @internal
 */
export async function commitEvents(
  deps: CommitDeps,
  postings: readonly Posting[],
  extra: { readonly keys?: readonly string[]; readonly seal?: Seal } = {},
): Promise<readonly Posted[]> {
  try {
    return await attempt(deps, postings, extra);
  } catch (error) {
    if (!isRejection(error)) throw error;
    return commitAccepted(deps, postings, extra, error);
  }
}

async function commitAccepted(
  deps: CommitDeps,
  postings: readonly Posting[],
  extra: { readonly keys?: readonly string[]; readonly seal?: Seal },
  error: StoreRejectedError,
): Promise<readonly Posted[]> {
  const refusals = new Map<number, StoreRejectedError>();
  for (const [index, posting] of postings.entries()) {
    const refusal = postings.length === 1 ? error : await refusalOf(deps, posting);
    if (refusal !== undefined) refusals.set(index, refusal);
  }
  if (refusals.size === 0) throw error;
  const seal = extra.seal;
  const accepted = postings.filter((_, index) => !refusals.has(index));
  const whole = (posted: readonly Posted[]): readonly Posted[] => withRefusals(postings.length, posted, refusals);
  const sealed =
    seal === undefined
      ? extra
      : { ...extra, seal: (stores: Stores, posted: readonly Posted[]) => seal(stores, whole(posted)) };
  return whole(await attempt(deps, accepted, sealed));
}

function withRefusals(
  length: number,
  posted: readonly Posted[],
  refusals: ReadonlyMap<number, StoreRejectedError>,
): readonly Posted[] {
  const rest = posted.values();
  return Array.from({ length }, (_, index): Posted => {
    const error = refusals.get(index);
    if (error !== undefined) return { kind: 'failed', error };
    const next = rest.next();
    if (next.done === true) throw new Error('fewer results than postings');
    return next.value;
  });
}

class TriedOnly extends Error {}

/** Tries a posting alone and takes it back. */
async function refusalOf(deps: CommitDeps, posting: Posting): Promise<StoreRejectedError | undefined> {
  try {
    await attempt(deps, [posting], { seal: () => Promise.reject(new TriedOnly()) });
    return undefined;
  } catch (error) {
    if (isRejection(error)) return error;
    if (error instanceof TriedOnly) return undefined;
    throw error;
  }
}

async function attempt(
  deps: CommitDeps,
  postings: readonly Posting[],
  { keys = [], seal }: { readonly keys?: readonly string[]; readonly seal?: Seal },
): Promise<readonly Posted[]> {
  const events = postings.map(({ event }) => event);
  const claimed = postings.flatMap(({ claim }) => (claim === undefined ? [] : [claim.keyId]));
  return deps.unitOfWork.run(scopeOf(events, [...keys, ...claimed]), async (stores) => {
    const receiverIds = [...new Set(events.map(({ receiverId }) => receiverId))];
    const [stamps, contexts, kept] = await Promise.all([
      stores.receivers.stamps(receiverIds),
      stores.events.gatesTouchedBy(events),
      claimed.length === 0 ? [] : stores.answers.find(claimed),
    ]);
    const shut = await shutOut(stores, postings, stamps);
    const settledAlready = postings.map(
      (posting, index) => withoutRecording(posting, stamps, kept) ?? refusedAtTheDoor(shut[index]),
    );
    const live = events.filter((_, index) => settledAlready[index] === undefined);
    const recorded = await record(deps, stores, live, contexts);
    const posted = postings.map(
      ({ event }, index) => settledAlready[index] ?? { kind: 'done' as const, value: found(recorded, event.id) },
    );
    await keepAnswers(deps, stores, postings, posted);
    await seal?.(stores, posted);
    return posted;
  });
}

function scopeOf(events: readonly NewEvent[], keys: readonly string[]): Scope {
  return {
    sharedReceivers: events.map(({ receiverId }) => receiverId),
    subjects: events.map(({ subjectHash }) => subjectHash),
    keys,
  };
}

/** What a posting comes to when it is not recorded; undefined when it is. */
function withoutRecording(
  { event, claim }: Posting,
  stamps: readonly ReceiverStamp[],
  kept: readonly KeptAnswer[],
): Posted | undefined {
  const answer = claim && kept.find(({ keyId }) => keyId === claim.keyId);
  if (claim !== undefined && answer !== undefined) {
    try {
      return replayOf(claim, answer);
    } catch (error) {
      return { kind: 'failed', error };
    }
  }
  return isCurrent(event, stamps) ? undefined : { kind: 'stale' };
}

function refusedAtTheDoor(group: GroupId | undefined): Posted | undefined {
  return group && { kind: 'failed', error: new NotAMemberError(group) };
}

function isCurrent(event: NewEvent, stamps: readonly ReceiverStamp[]): boolean {
  const stamp = stamps.find(({ id }: { readonly id: ReceiverId }) => id === event.receiverId);
  return stamp?.enabled === true && stamp.resourceVersion === event.receiverVersion;
}

async function record(
  { digest }: CommitDeps,
  stores: Stores,
  events: readonly NewEvent[],
  contexts: Parameters<typeof decideGates>[2],
): Promise<ReadonlyMap<EventId, ProvenanceEvent>> {
  if (events.length === 0) return new Map();
  const { facts, states } = decideGates(digest, events, contexts);
  const positions = await stores.events.append(facts, states);
  return recordedEvents(facts, positions);
}

function recordedEvents(facts: readonly Fact[], positions: readonly number[]): ReadonlyMap<EventId, ProvenanceEvent> {
  const caused = new Map<EventId, EventTransition[]>();
  const recorded = new Map<EventId, ProvenanceEvent>();
  facts.forEach((fact, index) => {
    if (fact.kind === 'event') {
      const { subjectHash: _hash, ...event } = fact.event;
      const transitions: EventTransition[] = [];
      caused.set(event.id, transitions);
      recorded.set(event.id, { ...event, position: positions[index] ?? 0, transitions });
      return;
    }
    const { cause, groupId, state, generation } = fact.transition;
    if (cause.kind === 'event') caused.get(cause.eventId)?.push({ groupId, state, generation });
  });
  return recorded;
}

function found(recorded: ReadonlyMap<EventId, ProvenanceEvent>, id: EventId): ProvenanceEvent {
  const event = recorded.get(id);
  if (event === undefined) throw new Error(`event ${id} was not among those recorded`);
  return event;
}

async function keepAnswers(
  { clock }: CommitDeps,
  stores: Stores,
  postings: readonly Posting[],
  posted: readonly Posted[],
): Promise<void> {
  const answers = postings.flatMap(({ claim }, index) => {
    const result = posted[index];
    return claim === undefined || result?.kind !== 'done' ? [] : [keptAnswer(clock, claim, result)];
  });
  if (answers.length > 0) await stores.answers.keep(answers);
}

function isRejection(error: unknown): error is StoreRejectedError {
  return isRegistryError(error) && error.code === 'STORE_REJECTED';
}
