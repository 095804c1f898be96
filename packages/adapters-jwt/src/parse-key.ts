import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { bytesOf } from './base64url.js';
import { KeyRefusedError, isKid } from './ring-key.js';
import type { JwtAlgorithm, RingKey } from './ring-key.js';

/** @public A public key as RFC 7517 writes it. */
export interface PublicJwk {
  readonly kid: string;
  readonly alg: JwtAlgorithm;
  readonly use: 'sig';
  readonly kty: string;
  readonly n?: string;
  readonly e?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
}

/** @public A key of the ring, ready for use. */
export interface ParsedKey {
  readonly source: RingKey;
  readonly verifyWith: KeyObject;
  /** Undefined for a public key. */
  readonly signWith: KeyObject | undefined;
  /** Undefined for a secret. */
  readonly publicJwk: PublicJwk | undefined;
}

const MIN_SECRET_BYTES = 32;
const MIN_RSA_BITS = 2_048;

/**
 * `key` with its material read, and checked to be what its algorithm needs.
 *
 * @throws KeyRefusedError
 * @internal
 */
export function parseKey(key: RingKey): ParsedKey {
  if (!isKid(key.kid)) throw new KeyRefusedError(key.kid, 'must be called by 1 to 64 of A-Z a-z 0-9 _ -');
  return key.algorithm === 'HS256' ? parseSecret(key) : parsePair(key);
}

function parseSecret(key: RingKey): ParsedKey {
  const bytes = bytesOf(key.material);
  if (bytes === undefined) throw new KeyRefusedError(key.kid, 'is no base64url; HS256 takes the secret so');
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new KeyRefusedError(key.kid, `has ${bytes.length} bytes; HS256 takes ${MIN_SECRET_BYTES} or more`);
  }
  const secret = createSecretKey(bytes);
  return { source: key, verifyWith: secret, signWith: secret, publicJwk: undefined };
}

function parsePair(key: RingKey): ParsedKey {
  const signWith = key.material.includes('PRIVATE KEY-----') ? read(key, createPrivateKey) : undefined;
  const verifyWith = signWith === undefined ? read(key, createPublicKey) : createPublicKey(signWith);
  refuseUnfit(key, verifyWith);
  return { source: key, verifyWith, signWith, publicJwk: publicJwkOf(key, verifyWith) };
}

function read(key: RingKey, create: (pem: string) => KeyObject): KeyObject {
  try {
    return create(key.material);
  } catch {
    // Without a cause: what the parser says may quote the material.
    throw new KeyRefusedError(key.kid, 'is no private or public key in PEM without a passphrase');
  }
}

function refuseUnfit({ kid, algorithm }: RingKey, publicKey: KeyObject): void {
  if (algorithm === 'ES256') {
    if (curveOf(publicKey) !== 'prime256v1') throw new KeyRefusedError(kid, 'is not on P-256, which ES256 needs');
    return;
  }
  if (publicKey.asymmetricKeyType !== 'rsa') throw new KeyRefusedError(kid, 'is no RSA key, which RS256 needs');
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MIN_RSA_BITS) throw new KeyRefusedError(kid, `has ${bits} bits; RS256 takes ${MIN_RSA_BITS} or more`);
}

function curveOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  return asymmetricKeyType === 'ec' ? asymmetricKeyDetails?.namedCurve : undefined;
}

function publicJwkOf({ kid, algorithm }: RingKey, publicKey: KeyObject): PublicJwk {
  const jwk = publicKey.export({ format: 'jwk' });
  return { ...jwk, kty: jwk.kty ?? '', kid, alg: algorithm, use: 'sig' };
}
