import { hash } from 'node:crypto';

import type { Principal } from '@xzepr/core';

/** @internal Tokens that were checked and whom they are of, so that a signature is not checked for each request. */
export interface VerifiedTokens {
  find(token: string, nowMs: number): Principal | undefined;
  keep(token: string, principal: Principal, untilMs: number): void;
}

interface Kept {
  readonly principal: Principal;
  readonly untilMs: number;
}

/**
 * Remembers at most `most` of them, by digest: what lies in memory opens nothing. The oldest goes first.
 *
 * @internal
 */
export function verifiedTokens(most: number): VerifiedTokens {
  const kept = new Map<string, Kept>();
  return {
    find(token, nowMs) {
      const digest = hash('sha256', token, 'base64url');
      const found = kept.get(digest);
      if (found === undefined || nowMs < found.untilMs) return found?.principal;
      kept.delete(digest);
      return undefined;
    },
    keep(token, principal, untilMs) {
      const [oldest] = kept.keys();
      if (kept.size >= most && oldest !== undefined) kept.delete(oldest);
      kept.set(hash('sha256', token, 'base64url'), { principal, untilMs });
    },
  };
}
