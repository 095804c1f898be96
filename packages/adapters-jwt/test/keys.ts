import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { later } from '@xzepr/core';
import type { AccessClaims, Clock, SessionId, TokenId, UserId } from '@xzepr/core';

import type { RingKey } from '../src/index.js';

export const SCOPE = { issuer: 'https://xzepr.example', audience: 'xzepr' };
export const START_SECOND = 1_767_225_600;

function pemOf({ privateKey }: { readonly privateKey: KeyObject }): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function rsaPem(modulusLength: number): string {
  return pemOf(generateKeyPairSync('rsa', { modulusLength }));
}

export function ecPem(namedCurve: string): string {
  return pemOf(generateKeyPairSync('ec', { namedCurve }));
}

export function publicPem(privatePem: string): string {
  return createPublicKey(privatePem).export({ type: 'spki', format: 'pem' }).toString();
}

export function secretOf(bytes: number, fill = 7): string {
  return Buffer.alloc(bytes, fill).toString('base64url');
}

export const HS: RingKey = { kid: 'hs', algorithm: 'HS256', material: secretOf(32) };
export const RS: RingKey = { kid: 'rs', algorithm: 'RS256', material: rsaPem(2_048) };
export const ES: RingKey = { kid: 'es', algorithm: 'ES256', material: ecPem('P-256') };

/** What a token says that is good for a quarter of an hour from now. */
export function claimsNow(clock: Clock, changes: Partial<AccessClaims> = {}): AccessClaims {
  const issuedAt = clock.now();
  return {
    tokenId: '01KDVG00000000000000000001' as TokenId,
    userId: '01KDVG00000000000000000002' as UserId,
    sessionId: '01KDVG00000000000000000003' as SessionId,
    roles: ['event_viewer'],
    issuedAt,
    expiresAt: later(issuedAt, 900_000),
    ...changes,
  };
}
