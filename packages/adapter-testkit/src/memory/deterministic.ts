import { createHash } from 'node:crypto';

import { later, parseTimestamp } from '@xzepr/core';
import type { ApiKeySecrets, Clock, Digest, Ids, PayloadCheck, PayloadSchemas, Timestamp } from '@xzepr/core';

/** @public A clock that stands still until it is told to go on. */
export interface SteppingClock extends Clock {
  /** Goes on by `ms` milliseconds, or back when it is negative. */
  step(ms: number): void;
}

const START = '2026-01-01T00:00:00.000000Z' as Timestamp;

/**
 * A clock for tests. It goes on by `autoStepMs` each time it is asked, 0 when left out.
 *
 * @public
 */
export function steppingClock(
  options: { readonly start?: Timestamp; readonly autoStepMs?: number } = {},
): SteppingClock {
  const { start = START, autoStepMs = 0 } = options;
  let time = parseTimestamp(start) ?? START;
  return {
    now() {
      const now = time;
      time = later(time, autoStepMs);
      return now;
    },
    step(ms) {
      time = later(time, ms);
    },
  };
}

/**
 * Ids for tests: the same ULIDs in each run, counting up from `first`, 1 when left out.
 *
 * @public
 */
export function countingIds(first = 1): Ids {
  let count = first - 1;
  return {
    next() {
      count += 1;
      return `01KDVG0000${String(count).padStart(16, '0')}`;
    },
  };
}

/**
 * Secrets for tests: unlike each other, and easily guessed.
 *
 * @public
 */
export function countingSecrets(): ApiKeySecrets {
  let count = 0;
  return {
    generate() {
      count += 1;
      return `xzepr_${String(count).padStart(43, '0')}_000000`;
    },
  };
}

/**
 * SHA-256 by Node itself.
 *
 * @public
 */
export function sha256Digest(): Digest {
  return { sha256: (text) => createHash('sha256').update(text, 'utf8').digest('hex') };
}

/**
 * Takes every schema, and every payload that `rule` takes; all of them when it is left out. For tests that are not about JSON
 * Schema, of which it knows nothing.
 *
 * @public
 */
export function memoryPayloads(
  rule: (schemaText: string, value: unknown) => PayloadCheck = () => ({ kind: 'valid' }),
): PayloadSchemas {
  return {
    compile: () => Promise.resolve({ kind: 'accepted' }),
    check: (schema, payload) => rule(schema.text, payload.value),
  };
}
