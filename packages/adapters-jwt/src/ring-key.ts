import type { Timestamp } from '@xzepr/core';

/** @public How tokens are signed; each key is good for one of them only. */
export type JwtAlgorithm = 'HS256' | 'RS256' | 'ES256';

/**
 * A key as it is configured or kept. `kid` is 1 to 64 of `A-Z a-z 0-9 _ -`.
 *
 * @public
 */
export interface RingKey {
  readonly kid: string;
  readonly algorithm: JwtAlgorithm;
  /**
   * For HS256 the secret in base64url, 32 bytes or more. For RS256 (2048 bits or more) and ES256 (P-256) a private key in PEM, not
   * encrypted, or a public one for a key that verifies only.
   */
  readonly material: string;
  /** From when on it may sign; left out, always. Lets every replica learn of the key before any of them signs with it. */
  readonly signsFrom?: Timestamp | undefined;
  /** From when on its tokens are refused, whatever they say themselves; left out, never. */
  readonly verifiesUntil?: Timestamp | undefined;
}

/** @public A key cannot be used as it is. Says which and why, never what is in it. */
export class KeyRefusedError extends Error {
  override readonly name = 'KeyRefusedError';
  readonly code = 'KEY_REFUSED';
  readonly kid: string;

  constructor(kid: string, reason: string, options?: ErrorOptions) {
    super(`key ${JSON.stringify(kid.slice(0, 64))} ${reason}`, options);
    this.kid = kid;
  }
}

const KID = /^[\w-]{1,64}$/;

/**
 * Whether a key may be called so.
 *
 * @internal
 */
export function isKid(text: unknown): text is string {
  return typeof text === 'string' && KID.test(text);
}
