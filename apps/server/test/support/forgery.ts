import { createHmac, sign } from 'node:crypto';

import type { RingKey } from '@xzepr/adapters-jwt';

/** The text or bytes as they are, anything else as JSON. */
export function part(content: unknown): string {
  const bytes = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
  return Buffer.from(bytes as string).toString('base64url');
}

/** Signed with the key, whatever is in it. */
export function signedBy({ algorithm, material }: RingKey, header: unknown, claims: unknown): string {
  const text = `${part(header)}.${part(claims)}`;
  const key = algorithm === 'ES256' ? ({ key: material, dsaEncoding: 'ieee-p1363' } as const) : material;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

/** Signed with a secret that anybody may know. */
export function hmacBy(secret: string | Buffer, header: unknown, claims: unknown): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

export function claimsIn(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}
