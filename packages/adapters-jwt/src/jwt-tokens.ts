import { later } from '@xzepr/core';
import type { AccessClaims, Clock, Timestamp, TokenSigner, TokenVerifier } from '@xzepr/core';
import jwt from 'jsonwebtoken';

import type { KeyRing, SigningKey } from './key-ring.js';
import type { ParsedKey } from './parse-key.js';
import { seldom } from './seldom.js';
import { claimsIn, payloadOf } from './token-claims.js';
import type { ReadClaims, TokenScope } from './token-claims.js';
import { TOKEN_TYPE, formOf } from './token-form.js';
import type { TokenForm } from './token-form.js';
import { verifiedTokens } from './verified-tokens.js';
import type { VerifiedToken } from './verified-tokens.js';

/** @public */
export interface JwtTokensOptions extends TokenScope {
  readonly ring: KeyRing;
  /**
   * How many seconds (0 to 60) the clock of another replica may be ahead of this one: for so long a token may seem to come from
   * the future. It never makes a token live longer, so that what is kept about a token can go when it expires.
   */
  readonly leewaySeconds: number;
  readonly clock: Clock;
  /** How many verified tokens are remembered; 10,000. */
  readonly remembered?: number | undefined;
  /**
   * Told of a token that names a key which is not in the ring, at most once a second: a chance to look for new keys and put them
   * in. That token is refused all the same. Handles its own failures.
   */
  readonly onUnknownKid?: ((kid: string) => void) | undefined;
}

const MAX_TOKEN = 8 * 1_024;
const MAX_LEEWAY_SECONDS = 60;
const REMEMBERED = 10_000;
const HOOK_PAUSE_MS = 1_000;

/**
 * Access tokens as JWTs (RFC 9068), signed with the keys of `ring`. The algorithm comes from the key, never from the token.
 *
 * @throws RangeError an option is out of its bounds
 * @public
 */
export function jwtTokens(options: JwtTokensOptions): TokenSigner & TokenVerifier {
  refuseUnfit(options);
  const { ring, clock, leewaySeconds, remembered = REMEMBERED, onUnknownKid = () => undefined } = options;
  const known = verifiedTokens(ring, remembered);
  const reportUnknown = seldom(clock, HOOK_PAUSE_MS, onUnknownKid);

  function check(token: string): VerifiedToken | undefined {
    const form = formOf(token);
    if (form === undefined) return undefined;
    const key = ring.find(form.kid);
    if (key === undefined) {
      reportUnknown(form.kid);
      return undefined;
    }
    const read = isSigned(token, form, key) ? claimsIn(form.claims, options) : undefined;
    return read && whenGood(read, key, leewaySeconds);
  }

  return {
    sign: (claims) => signed(claims, ring.signingKey(), options),
    verify(token) {
      if (!isShort(token)) return undefined;
      const now = clock.now();
      const before = known.find(token);
      const verified = before ?? check(token);
      if (verified === undefined) return undefined;
      if (!isGood(verified, now)) {
        known.forget(token);
        return undefined;
      }
      if (before === undefined) known.keep(token, verified);
      return verified.claims;
    },
  };
}

function refuseUnfit({ leewaySeconds, issuer, audience, remembered = REMEMBERED }: JwtTokensOptions): void {
  if (!(leewaySeconds >= 0 && leewaySeconds <= MAX_LEEWAY_SECONDS)) {
    throw new RangeError(`leewaySeconds must be 0 to ${MAX_LEEWAY_SECONDS}`);
  }
  if (issuer === '' || audience === '') throw new RangeError('issuer and audience must not be empty');
  if (!Number.isInteger(remembered) || remembered < 1) throw new RangeError('remembered must be 1 or more');
}

function signed(claims: AccessClaims, { source: { algorithm, kid }, signWith }: SigningKey, scope: TokenScope): string {
  const header = { alg: algorithm, typ: TOKEN_TYPE, kid };
  return jwt.sign(payloadOf(claims, scope), signWith, { algorithm, header });
}

/** Not a text in a hostile caller's hands, nor so long that reading it costs. */
function isShort(token: unknown): boolean {
  return typeof token === 'string' && token.length <= MAX_TOKEN;
}

/** Times are left to {@link isGood}, which has the core's clock; a token that is remembered must pass it too. */
function isSigned(token: string, { algorithm }: TokenForm, { source, verifyWith }: ParsedKey): boolean {
  if (algorithm !== source.algorithm) return false;
  try {
    jwt.verify(token, verifyWith, { algorithms: [source.algorithm], ignoreExpiration: true, ignoreNotBefore: true });
    return true;
  } catch {
    return false;
  }
}

function whenGood({ claims, notBefore }: ReadClaims, { source }: ParsedKey, leewaySeconds: number): VerifiedToken {
  const { verifiesUntil } = source;
  const { expiresAt } = claims;
  const goodUntil = verifiesUntil !== undefined && verifiesUntil < expiresAt ? verifiesUntil : expiresAt;
  return { claims, goodFrom: later(notBefore, -1_000 * leewaySeconds), goodUntil };
}

function isGood({ goodFrom, goodUntil }: VerifiedToken, now: Timestamp): boolean {
  return goodFrom <= now && now < goodUntil;
}
