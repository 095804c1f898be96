import { hash } from 'node:crypto';

import type { AccessClaims, Timestamp } from '@xzepr/core';
import { LRUCache } from 'lru-cache';

import type { KeyRing } from './key-ring.js';

/** @internal A token that was verified, and when it is good. */
export interface VerifiedToken {
  readonly claims: AccessClaims;
  readonly goodFrom: Timestamp;
  /** The first moment at which it is not. */
  readonly goodUntil: Timestamp;
}

/** @internal */
export interface VerifiedTokens {
  /** What was kept of the very same token; undefined when it never was, or the keys are others since. */
  find(token: string): VerifiedToken | undefined;
  keep(token: string, verified: VerifiedToken): void;
  forget(token: string): void;
}

/**
 * Remembers at most `max` tokens, the last used ones, by their digest: whoever reads the memory finds no token to use. It
 * makes a second look at a token about a hundred times as cheap. Empty whenever the ring has become another.
 *
 * @internal
 */
export function verifiedTokens(ring: KeyRing, max: number): VerifiedTokens {
  const kept = new LRUCache<string, VerifiedToken>({ max });
  let version = ring.version;

  function current(): typeof kept {
    if (version !== ring.version) kept.clear();
    version = ring.version;
    return kept;
  }

  return {
    find: (token) => current().get(digestOf(token)),
    keep(token, verified) {
      current().set(digestOf(token), verified);
    },
    forget(token) {
      current().delete(digestOf(token));
    },
  };
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64url');
}
