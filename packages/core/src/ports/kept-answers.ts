import type { Timestamp } from '../domain/timestamp.js';

/**
 * Answers kept under idempotency keys.
 *
 * @public
 */
export interface KeptAnswers {
  /** Those that are kept, in no order. */
  find(keyIds: readonly string[]): Promise<readonly KeptAnswer[]>;
  /**
   * Keeps each answer whose key has none yet, at least until the store is told to forget older ones. Passes over the others:
   * the first answer under a key stays.
   */
  keep(answers: readonly KeptAnswer[]): Promise<void>;
  /** Forgets at most `limit` answers kept before `before`, the oldest first; how many there were. */
  forget(before: Timestamp, limit: number): Promise<number>;
}

/**
 * An answer under the id of its key. `answer` is for whoever gave it to read: the store does not look into it.
 *
 * @public
 */
export interface KeptAnswer {
  readonly keyId: string;
  /** Of the request that was answered, 64 hexadecimal digits. */
  readonly requestDigest: string;
  readonly answer: string;
  readonly keptAt: Timestamp;
}
