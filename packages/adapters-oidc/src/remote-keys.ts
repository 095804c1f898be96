import { createLocalJWKSet, errors } from 'jose';
import type { CryptoKey, FlattenedJWSInput, JSONWebKeySet, JWSHeaderParameters } from 'jose';

import { NoAnswerError } from './bounded-fetch.js';

/** @internal Finds the key that a token names, in the form that jose asks for. */
export type FindKey = (header?: JWSHeaderParameters, token?: FlattenedJWSInput) => Promise<CryptoKey>;

/** @internal */
export interface RemoteKeysOptions {
  /** Fetches the key set. */
  readonly load: () => Promise<unknown>;
  /** How long to leave an issuer alone after it failed, or after it was asked for a key that it turned out not to have. */
  readonly coolDownMs: number;
  /** How long a set is used without asking; 10 minutes. */
  readonly maxAgeMs?: number;
}

interface Held {
  readonly find: FindKey;
  readonly at: number;
}

const MAX_AGE_MS = 600_000;
/** How long an issuer's keys outlive its not answering: a short outage of it should not be one of ours. */
const MAX_STALE_MS = 3_600_000;

/**
 * An issuer's keys, fetched when first needed. A key that is not among them is looked for once more, since issuers rotate
 * theirs; a flood of made-up keys costs the issuer one request per cool-down. All who wait share one request.
 *
 * @internal
 */
export function remoteKeys({ load, coolDownMs, maxAgeMs = MAX_AGE_MS }: RemoteKeysOptions): FindKey {
  let held: Held | undefined;
  let loading: Promise<FindKey> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let lookedAgainAt = Number.NEGATIVE_INFINITY;
  const since = (moment: number): number => performance.now() - moment;

  async function fetched(): Promise<FindKey> {
    try {
      const find = keySet(await load());
      held = { find, at: performance.now() };
      return find;
    } catch (error) {
      failedAt = performance.now();
      throw error;
    }
  }

  function reload(): Promise<FindKey> {
    if (loading === undefined && since(failedAt) < coolDownMs) {
      return Promise.reject(new NoAnswerError('the keys could not be had a moment ago'));
    }
    loading ??= fetched().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function current(): Promise<FindKey> {
    if (held !== undefined && since(held.at) < maxAgeMs) return held.find;
    const before = held;
    return reload().catch((error: unknown) => {
      if (before !== undefined && since(before.at) < maxAgeMs + MAX_STALE_MS) return before.find;
      throw error;
    });
  }

  return async (header, token) => {
    const find = await current();
    try {
      return await find(header, token);
    } catch (error) {
      const mayLook = loading !== undefined || since(lookedAgainAt) >= coolDownMs;
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayLook) throw error;
      lookedAgainAt = performance.now();
      return (await reload())(header, token);
    }
  };
}

function keySet(document: unknown): FindKey {
  try {
    return createLocalJWKSet(document as JSONWebKeySet);
  } catch {
    throw new NoAnswerError('what was answered is no set of keys');
  }
}
