import { InvalidQueryError } from '@xzepr/core';
import type { Creation, Idempotency, Principal } from '@xzepr/core';

import { problemAnswer } from './problem-details.js';
import type { Answer } from './route.js';

/** @internal The request that creates. */
export interface CreatingRequest {
  readonly principal: Principal;
  /** From `Idempotency-Key`. */
  readonly key: string | undefined;
  /** Everything that was asked, as one text. */
  readonly asked: () => string;
  readonly requestId: string;
}

const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/**
 * Creates and answers, or answers what was answered before under the same idempotency key. `keep` makes the answer that is
 * kept, where that must not be the one that is given.
 *
 * @throws InvalidQueryError the key is not 1 to 255 printable ASCII characters
 * @internal
 */
export async function created<Input, T>(
  { principal, key, asked, requestId }: CreatingRequest,
  creation: Creation<Input, T>,
  input: Input,
  answer: (value: T) => Answer,
  keep: (value: T) => Answer = answer,
): Promise<Answer> {
  if (key === undefined) return answer(await creation(principal, input));
  if (!PRINTABLE.test(key)) {
    throw new InvalidQueryError([
      { pointer: '/idempotency-key', detail: 'must be 1 to 255 printable ASCII characters' },
    ]);
  }
  const idempotency: Idempotency<T> = {
    key,
    request: asked(),
    answerOf: (outcome) =>
      JSON.stringify(outcome.kind === 'done' ? keep(outcome.value) : problemAnswer(outcome.error, requestId)),
  };
  const once = await creation(principal, input, idempotency);
  if (once.kind === 'done') return answer(once.value);
  const kept = JSON.parse(once.answer) as Answer;
  return { ...kept, headers: { ...kept.headers, 'idempotency-replayed': 'true' } };
}
