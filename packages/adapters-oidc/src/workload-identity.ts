import { unixMs } from '@xzepr/core';
import type { Authenticate, Clock, Principal } from '@xzepr/core';
import { decodeJwt, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';

import { boundedFetch, fetchJson, NoAnswerError } from './bounded-fetch.js';
import type { Fetch } from './bounded-fetch.js';
import { repetitionFault } from './option-faults.js';
import { remoteKeys } from './remote-keys.js';
import { urlFault } from './secure-url.js';
import { verifiedTokens } from './verified-tokens.js';
import type { VerifiedTokens } from './verified-tokens.js';
import { workloadIssuerFault } from './workload-options.js';
import type { WorkloadIssuer } from './workload-options.js';
import { whoIs } from './workload-rules.js';

/** @public */
export interface WorkloadIdentityDeps {
  readonly clock: Clock;
  /** Told each time that an issuer was asked for its keys in vain, so that someone may look; never what a token said. */
  readonly onTrouble?: (issuer: string, reason: string) => void;
}

const MAX_TOKEN = 16_384;
const MAX_KEPT = 10_000;
/** A key that its issuer takes back is not believed for longer than this. */
const TRUST_MS = 300_000;
const LEEWAY_S = 30;
const TIMEOUT_MS = 3_000;
const COOL_DOWN_MS = 10_000;
const MAX_KEYS_BYTES = 256 * 1_024;
const ALGORITHMS = ['RS256', 'ES256'];

type Check = (token: string) => Promise<Principal | undefined>;

/**
 * Lets in what trusted issuers vouch for: a bearer token of theirs is checked by their keys, and the first rule that fits says
 * what it may do. Whatever does not hold answers undefined within the time that is set, and never throws; an issuer that is slow
 * or away keeps nobody waiting but those who come with its tokens.
 *
 * @throws Error the issuers are not usable; see {@link workloadIssuerFault}
 * @public
 */
export function workloadIdentity(issuers: readonly WorkloadIssuer[], deps: WorkloadIdentityDeps): Authenticate {
  const fault = issuers.map(workloadIssuerFault).find((one) => one !== undefined);
  const trouble = fault ?? repetitionFault(issuers, ['name', 'issuer']);
  if (trouble !== undefined) throw new Error(`workload identity: ${trouble}`);
  const kept = verifiedTokens(MAX_KEPT);
  const checks = new Map(issuers.map((issuer) => [issuer.issuer, checkOf(issuer, kept, deps)]));

  return async (token) => {
    if (token.length > MAX_TOKEN) return undefined;
    const known = kept.find(token, unixMs(deps.clock.now()));
    return known ?? checks.get(claimedIssuer(token) ?? '')?.(token);
  };
}

/** Nothing of the token is believed yet: this only chooses whose keys it is held against. */
function claimedIssuer(token: string): string | undefined {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === 'string' ? iss : undefined;
  } catch {
    return undefined;
  }
}

function checkOf(options: WorkloadIssuer, kept: VerifiedTokens, { clock, onTrouble }: WorkloadIdentityDeps): Check {
  const { timeoutMs = TIMEOUT_MS, coolDownMs = COOL_DOWN_MS, allowInsecure = false, algorithms = ALGORITHMS } = options;
  const fetcher = boundedFetch({ timeoutMs, maxBytes: MAX_KEYS_BYTES, allowInsecure });
  const load = (): Promise<unknown> =>
    keysOf(options, fetcher).catch((error: unknown) => {
      onTrouble?.(options.name, error instanceof NoAnswerError ? error.message : 'its keys cannot be read');
      throw error;
    });
  const findKey = remoteKeys({ load, coolDownMs });
  const identify = whoIs(options);
  const expected = {
    ...{ issuer: options.issuer, audience: options.audience, algorithms: [...algorithms], clockTolerance: LEEWAY_S },
    requiredClaims: ['exp', 'sub'],
    ...(options.maxTokenAgeSeconds === undefined ? {} : { maxTokenAge: options.maxTokenAgeSeconds }),
  };

  return async (token) => {
    const nowMs = unixMs(clock.now());
    try {
      const { payload } = await jwtVerify(token, findKey, { ...expected, currentDate: new Date(nowMs) });
      const principal = identify(payload);
      if (principal !== undefined) kept.keep(token, principal, untilMs(payload, options, nowMs));
      return principal;
    } catch {
      return undefined;
    }
  };
}

function untilMs({ exp = 0, iat = 0 }: JWTPayload, { maxTokenAgeSeconds }: WorkloadIssuer, nowMs: number): number {
  const tooOld = maxTokenAgeSeconds === undefined ? Number.POSITIVE_INFINITY : iat + maxTokenAgeSeconds;
  return Math.min(exp * 1_000, tooOld * 1_000, nowMs + TRUST_MS);
}

async function keysOf({ issuer, jwksUri, allowInsecure = false }: WorkloadIssuer, fetcher: Fetch): Promise<unknown> {
  if (jwksUri !== undefined) return fetchJson(fetcher, jwksUri);
  const document = await fetchJson(fetcher, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { issuer: named, jwks_uri: found } = document;
  if (named !== issuer) throw new NoAnswerError('the discovery document is of another issuer');
  const fault = urlFault(found, allowInsecure);
  if (fault !== undefined) throw new NoAnswerError(`jwks_uri in the discovery document ${fault}`);
  return fetchJson(fetcher, found as string);
}
