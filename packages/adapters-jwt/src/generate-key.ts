import { generateKeyPair, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import type { Timestamp } from '@xzepr/core';

import type { JwtAlgorithm, RingKey } from './ring-key.js';

/** @public */
export interface GenerateKeyOptions {
  readonly algorithm: JwtAlgorithm;
  /** 64 random bits in hexadecimal digits when left out. */
  readonly kid?: string | undefined;
  readonly signsFrom?: Timestamp | undefined;
}

const pairOf = promisify(generateKeyPair);
const KID_BYTES = 8;
const SECRET_BYTES = 32;
/** Good beyond 2030, when 2048 bits are not any more (NIST SP 800-57). */
const RSA_BITS = 3_072;

/**
 * A fresh key for the ring: for ES256 and RS256 a private key, PKCS #8 in PEM, for HS256 a secret of 32 bytes in base64url. Making
 * an RSA key takes a moment, off the event loop.
 *
 * @public
 */
export async function generateKey({ algorithm, kid, signsFrom }: GenerateKeyOptions): Promise<RingKey> {
  const key = { kid: kid ?? randomBytes(KID_BYTES).toString('hex'), algorithm, material: await MATERIAL[algorithm]() };
  return signsFrom === undefined ? key : { ...key, signsFrom };
}

const MATERIAL: Readonly<Record<JwtAlgorithm, () => Promise<string>>> = {
  HS256: () => Promise.resolve(randomBytes(SECRET_BYTES).toString('base64url')),
  RS256: async () => pemOf(await pairOf('rsa', { modulusLength: RSA_BITS })),
  ES256: async () => pemOf(await pairOf('ec', { namedCurve: 'P-256' })),
};

function pemOf({ privateKey }: { readonly privateKey: KeyObject }): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
