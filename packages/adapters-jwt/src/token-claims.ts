import { ROLES, parseId, timestampAt, unixMs } from '@xzepr/core';
import type { AccessClaims, AnyId, Role, SessionId, Timestamp, TokenId, UserId } from '@xzepr/core';

/** @public Who issues tokens, and for whom. Both are compared as they are. */
export interface TokenScope {
  readonly issuer: string;
  readonly audience: string;
}

/** @internal */
export interface ReadClaims {
  readonly claims: AccessClaims;
  readonly notBefore: Timestamp;
}

/** The last second of the year 9999: later ones RFC 3339 cannot write. */
const LAST_SECOND = 253_402_300_799;

/**
 * The claims as RFC 7519 and RFC 9068 name them. Times are whole seconds, which every reader understands, and what is over is
 * cut: so a token never outlives what the core said, and is good from the moment it was issued.
 *
 * @internal
 */
export function payloadOf(claims: AccessClaims, { issuer, audience }: TokenScope): Record<string, unknown> {
  const iat = wholeSeconds(claims.issuedAt);
  return {
    ...{ iss: issuer, aud: audience, sub: claims.userId, sid: claims.sessionId, jti: claims.tokenId },
    ...{ roles: [...claims.roles], iat, nbf: iat, exp: wholeSeconds(claims.expiresAt) },
  };
}

/**
 * What `payload` says, or undefined when anything that {@link payloadOf} writes is missing, of another type, or for others.
 * Roles that are not known here are left out: a newer replica may know more.
 *
 * @internal
 */
export function claimsIn(payload: Payload, { issuer, audience }: TokenScope): ReadClaims | undefined {
  if (payload['iss'] !== issuer || payload['aud'] !== audience) return undefined;
  const [ids, times, roles] = [idsIn(payload), timesIn(payload), rolesIn(payload)];
  if (ids === undefined || times === undefined || roles === undefined) return undefined;
  const { notBefore, ...lifetime } = times;
  return { claims: Object.freeze({ ...ids, ...lifetime, roles }), notBefore };
}

type Payload = Readonly<Record<string, unknown>>;

function idsIn({ sub, sid, jti }: Payload): Pick<AccessClaims, 'userId' | 'sessionId' | 'tokenId'> | undefined {
  const [userId, sessionId, tokenId] = [idIn<UserId>(sub), idIn<SessionId>(sid), idIn<TokenId>(jti)];
  if (userId === undefined || sessionId === undefined || tokenId === undefined) return undefined;
  return { userId, sessionId, tokenId };
}

function timesIn({ iat, nbf, exp }: Payload): Record<'issuedAt' | 'notBefore' | 'expiresAt', Timestamp> | undefined {
  if (!isSecond(iat) || !isSecond(nbf) || !isSecond(exp)) return undefined;
  return { issuedAt: momentOf(iat), notBefore: momentOf(Math.max(iat, nbf)), expiresAt: momentOf(exp) };
}

function rolesIn({ roles }: Payload): readonly Role[] | undefined {
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string')) return undefined;
  return Object.freeze([...new Set(roles.filter(isRole))]);
}

function wholeSeconds(timestamp: Timestamp): number {
  return Math.floor(unixMs(timestamp) / 1_000);
}

function momentOf(second: number): Timestamp {
  return timestampAt(second * 1_000, 0);
}

function idIn<Id extends AnyId>(value: unknown): Id | undefined {
  return typeof value === 'string' ? parseId<Id>(value) : undefined;
}

function isSecond(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LAST_SECOND;
}

function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
