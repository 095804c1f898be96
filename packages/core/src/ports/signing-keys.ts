import type { Timestamp } from '../domain/timestamp.js';

/**
 * The keys that access tokens are signed with, where the store keeps them. Who adds one claims the key `SIGNING_KEYS_CLAIM`.
 *
 * @public
 */
export interface SigningKeyStore {
  /** All there are, in no order. */
  list(): Promise<readonly KeptSigningKey[]>;
  /** @throws StoreRejectedError there is one with its `kid` */
  add(key: KeptSigningKey): Promise<void>;
  /** Says until when tokens of a key are good, in the place of what was said before. Nothing happens when there is none. */
  endAt(kid: string, verifiesUntil: Timestamp): Promise<void>;
  /** Forgets those whose tokens stopped being good before `before`; how many there were. */
  forgetEnded(before: Timestamp): Promise<number>;
}

/** @public The key to claim by whoever adds signing keys, see `Scope.keys`. */
export const SIGNING_KEYS_CLAIM = 'signing keys';

/** @public A signing key as it is kept. */
export interface KeptSigningKey {
  readonly kid: string;
  readonly algorithm: string;
  /** Private; wrapped where there is something to wrap it with. For the token adapter to read. */
  readonly material: string;
  /** Not before, so that every process has it when the first token of it comes. */
  readonly signsFrom: Timestamp;
  /** Undefined while it may sign. */
  readonly verifiesUntil: Timestamp | undefined;
}
