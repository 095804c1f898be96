import type { KeyObject } from 'node:crypto';

import type { Clock } from '@xzepr/core';

import { parseKey } from './parse-key.js';
import type { ParsedKey, PublicJwk } from './parse-key.js';
import { KeyRefusedError } from './ring-key.js';
import type { RingKey } from './ring-key.js';

/** @public */
export interface KeyRingOptions {
  readonly keys: readonly RingKey[];
  readonly clock: Clock;
}

/** @public A key of the ring that has a private part. */
export interface SigningKey extends ParsedKey {
  readonly signWith: KeyObject;
}

/**
 * The keys that tokens are signed and verified with. Can be swapped while it is in use.
 *
 * @public
 */
export interface KeyRing {
  /** Goes up whenever the keys become others. */
  readonly version: number;
  /**
   * The key that signs now: of those that may, the one with the latest `signsFrom`, and of several the one whose `kid` sorts
   * last, so that replicas agree.
   *
   * @throws NoSigningKeyError none may
   */
  signingKey(): SigningKey;
  /** The key called `kid`; undefined when there is none. It may have ended: see its `verifiesUntil`. */
  find(kid: string): ParsedKey | undefined;
  /** The public keys that have not ended, those that do not sign yet too, for `/.well-known/jwks.json`. Never a secret. */
  jwks(): { readonly keys: readonly PublicJwk[] };
  /**
   * Puts `keys` in the place of all there were, and says whether that made a difference. Tokens of keys that stay are good all
   * the while. Keys that stay are not parsed again, so asking for the same keys every few seconds costs little.
   *
   * @throws KeyRefusedError the ring is as it was
   */
  replace(keys: readonly RingKey[]): boolean;
}

/** @public There is no key that may sign now. */
export class NoSigningKeyError extends Error {
  override readonly name = 'NoSigningKeyError';
  readonly code = 'NO_SIGNING_KEY';
  constructor() {
    super('the key ring has no key that may sign now; add one whose signsFrom has come');
  }
}

/**
 * A ring of `keys`.
 *
 * @throws KeyRefusedError
 * @public
 */
export function keyRing({ keys, clock }: KeyRingOptions): KeyRing {
  let ring = parseAll(keys, new Map());
  let version = 1;

  return {
    get version() {
      return version;
    },
    signingKey() {
      const now = clock.now();
      const [newest] = [...ring.values()].filter((key) => maySign(key, now)).sort(newestFirst);
      if (newest === undefined) throw new NoSigningKeyError();
      return newest;
    },
    find: (kid) => ring.get(kid),
    jwks() {
      const now = clock.now();
      return { keys: [...ring.values()].flatMap((key) => (hasEnded(key, now) ? [] : (key.publicJwk ?? []))) };
    },
    replace(next) {
      const parsed = parseAll(next, ring);
      const isSame = parsed.size === ring.size && [...parsed].every(([kid, key]) => ring.get(kid) === key);
      ring = parsed;
      if (!isSame) version += 1;
      return !isSame;
    },
  };
}

type Ring = ReadonlyMap<string, ParsedKey>;

function parseAll(keys: readonly RingKey[], known: Ring): Ring {
  const ring = new Map<string, ParsedKey>();
  for (const key of keys) {
    if (ring.has(key.kid)) throw new KeyRefusedError(key.kid, 'is there twice');
    const before = known.get(key.kid);
    ring.set(key.kid, before !== undefined && isSameKey(before.source, key) ? before : parseKey({ ...key }));
  }
  return ring;
}

function isSameKey(one: RingKey, other: RingKey): boolean {
  const fields = ['algorithm', 'material', 'signsFrom', 'verifiesUntil'] as const;
  return fields.every((field) => one[field] === other[field]);
}

function maySign(key: ParsedKey, now: string): key is SigningKey {
  return key.signWith !== undefined && (key.source.signsFrom ?? '') <= now && !hasEnded(key, now);
}

function hasEnded({ source: { verifiesUntil } }: ParsedKey, now: string): boolean {
  return verifiesUntil !== undefined && verifiesUntil <= now;
}

function newestFirst({ source: one }: ParsedKey, { source: other }: ParsedKey): number {
  const [from, otherFrom] = [one.signsFrom ?? '', other.signsFrom ?? ''];
  if (from !== otherFrom) return from > otherFrom ? -1 : 1;
  return one.kid > other.kid ? -1 : 1;
}
