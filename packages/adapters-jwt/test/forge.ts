import { createHmac, sign } from 'node:crypto';

import type { RingKey } from '../src/index.js';
import { START_SECOND } from './keys.js';

export const GOOD_CLAIMS = {
  iss: 'https://xzepr.example',
  aud: 'xzepr',
  sub: '01KDVG00000000000000000002',
  sid: '01KDVG00000000000000000003',
  jti: '01KDVG00000000000000000001',
  roles: ['user'],
  iat: START_SECOND,
  nbf: START_SECOND,
  exp: START_SECOND + 900,
};

/** The text or bytes as they are, anything else as JSON. */
export function part(content: unknown): string {
  const bytes = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
  return Buffer.from(bytes as string).toString('base64url');
}

/** Signs by hand whatever it is told to, with no library that would object. */
export function signature(signed: string, algorithm: string, material: string): string {
  const bytes = Buffer.from(signed);
  if (algorithm === 'ES256')
    return sign('sha256', bytes, { key: material, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  if (algorithm === 'RS256') return sign('sha256', bytes, material).toString('base64url');
  const secret = material.includes('KEY-----') ? material : Buffer.from(material, 'base64url');
  return createHmac('sha256', secret).update(bytes).digest('base64url');
}

export function forge(key: RingKey, header: unknown, claims: unknown = GOOD_CLAIMS): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${signature(signed, key.algorithm, key.material)}`;
}

export function headerOf({ kid, algorithm }: RingKey): { alg: string; typ: string; kid: string } {
  return { alg: algorithm, typ: 'at+jwt', kid };
}
