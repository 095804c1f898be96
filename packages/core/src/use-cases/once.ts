import type { Principal } from '../domain/principal.js';
import {
  IdempotencyKeyInUseError,
  IdempotencyKeyReusedError,
  InvalidInputError,
  isDecided,
  isRegistryError,
} from '../errors.js';
import type { AnyRegistryError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { KeptAnswer } from '../ports/kept-answers.js';
import type { Stores, UnitOfWork } from '../ports/unit-of-work.js';

/**
 * Makes a request safe to repeat. `key` is the caller's own, 1 to 255 printable ASCII characters; `request` stands for
 * everything that was asked (the same text, the same request). `answerOf` is pure and makes the text that is kept.
 *
 * @public
 */
export interface Idempotency<T> {
  readonly key: string;
  readonly request: string;
  readonly answerOf: (outcome: Outcome<T>) => string;
}

/** @public How a request ended: done, or refused for good. */
export type Outcome<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'refused'; readonly error: AnyRegistryError };

/**
 * What a request with an idempotency key gave: `done` the first time; later `replayed`, with the text kept then.
 *
 * @public
 */
export type Once<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'replayed'; readonly answer: string };

/**
 * Something that creates. With an idempotency key it says whether it did so now or repeats what it answered before.
 *
 * @public
 */
export interface Creation<Input, T> {
  (principal: Principal, input: Input): Promise<T>;
  (principal: Principal, input: Input, idempotency: Idempotency<T>): Promise<Once<T>>;
}

/** @internal A key that this request holds, and how to keep and find its answer. */
export interface Claim<T> {
  readonly keyId: string;
  readonly requestDigest: string;
  readonly answerOf: (outcome: Outcome<T>) => string;
}

/** @internal */
export interface OnceDeps {
  readonly unitOfWork: UnitOfWork;
  readonly digest: Digest;
  readonly clock: Clock;
}

type Perform<Input, T> = (principal: Principal, input: Input, claim: Claim<T> | undefined) => Promise<Once<T>>;

const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/**
 * Gives a creation its idempotency. `perform` gets a claim when there is a key, and must look for its answer and keep one in
 * the unit of work that creates (`answered`). A refusal is kept here, in a unit of work of its own.
 *
 * @internal
 */
export function makeOnce(deps: OnceDeps): <Input, T>(perform: Perform<Input, T>) => Creation<Input, T> {
  const underWay = new Set<string>();

  async function claimed<T>(
    principal: Principal,
    idempotency: Idempotency<T>,
    work: (claim: Claim<T>) => Promise<Once<T>>,
  ): Promise<Once<T>> {
    const claim = claimOf(deps.digest, principal, idempotency);
    if (underWay.has(claim.keyId)) throw new IdempotencyKeyInUseError();
    underWay.add(claim.keyId);
    try {
      return await work(claim).catch((error: unknown) => keepRefusal(deps, claim, error));
    } finally {
      underWay.delete(claim.keyId);
    }
  }

  return <Input, T>(perform: Perform<Input, T>) => {
    async function create(principal: Principal, input: Input, idempotency?: Idempotency<T>): Promise<T | Once<T>> {
      if (idempotency !== undefined) {
        return claimed(principal, idempotency, (claim) => perform(principal, input, claim));
      }
      const once = await perform(principal, input, undefined);
      if (once.kind === 'replayed') throw new Error('a request without an idempotency key was answered from one');
      return once.value;
    }
    return create as Creation<Input, T>;
  };
}

/**
 * Does `work` unless the claim has an answer already, and keeps the answer beside what was created.
 *
 * @internal
 */
export async function answered<T>(
  deps: OnceDeps,
  claim: Claim<T> | undefined,
  stores: Stores,
  work: () => Promise<T>,
): Promise<Once<T>> {
  if (claim === undefined) return { kind: 'done', value: await work() };
  const kept = await stores.answers.find([claim.keyId]);
  if (kept[0] !== undefined) return replayOf(claim, kept[0]);
  const value = await work();
  await stores.answers.keep([keptAnswer(deps.clock, claim, { kind: 'done', value })]);
  return { kind: 'done', value };
}

/**
 * @throws IdempotencyKeyReusedError the answer is to another request
 * @internal
 */
export function replayOf(
  claim: Claim<never>,
  kept: KeptAnswer,
): { readonly kind: 'replayed'; readonly answer: string } {
  if (kept.requestDigest !== claim.requestDigest) throw new IdempotencyKeyReusedError();
  return { kind: 'replayed', answer: kept.answer };
}

/** @internal */
export function keptAnswer<T>(clock: Clock, claim: Claim<T>, outcome: Outcome<T>): KeptAnswer {
  const { keyId, requestDigest } = claim;
  return { keyId, requestDigest, answer: claim.answerOf(outcome), keptAt: clock.now() };
}

/** The key of one principal is nothing to another. */
function claimOf<T>(digest: Digest, principal: Principal, { key, request, answerOf }: Idempotency<T>): Claim<T> {
  if (!PRINTABLE.test(key)) {
    throw new InvalidInputError([
      { pointer: '/idempotency-key', detail: 'must be 1 to 255 printable ASCII characters' },
    ]);
  }
  return {
    keyId: digest.sha256(JSON.stringify([principal.id, key])),
    requestDigest: digest.sha256(request),
    answerOf,
  };
}

/** A refusal may only look like one: by now something may stand in the way that the first request itself put there. */
async function keepRefusal<T>(deps: OnceDeps, claim: Claim<T>, error: unknown): Promise<Once<T>> {
  if (!isRegistryError(error) || !isDecided(error)) throw error;
  const replay = await deps.unitOfWork.run({ keys: [claim.keyId] }, async ({ answers }) => {
    const kept = await answers.find([claim.keyId]);
    if (kept[0] !== undefined) return replayOf(claim, kept[0]);
    await answers.keep([keptAnswer(deps.clock, claim, { kind: 'refused', error })]);
    return undefined;
  });
  if (replay === undefined) throw error;
  return replay;
}
