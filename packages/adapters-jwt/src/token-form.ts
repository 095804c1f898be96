import { readJson } from '@xzepr/core';

import { bytesOf } from './base64url.js';
import { isKid } from './ring-key.js';

/** @internal The type that keeps access tokens apart from all others (RFC 9068). */
export const TOKEN_TYPE = 'at+jwt';

/** @internal A token whose form is right. Nothing in it has been verified. */
export interface TokenForm {
  readonly algorithm: string;
  readonly kid: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

const HEADER = { maxDepth: 1 };
const CLAIMS = { maxDepth: 4 };
const HEADER_MEMBERS = 3;
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * What is written in `token`, when it is written the way that ours are: three parts in canonical base64url, JSON objects without
 * a member twice, and a header of `alg`, `kid` and `typ` and nothing else: what `jku`, `jwk`, `x5u` or `crit` ask for is not
 * even looked at.
 *
 * @internal
 */
export function formOf(token: string): TokenForm | undefined {
  const [header, claims, signature, ...rest] = token.split('.', 4);
  if (header === undefined || claims === undefined || signature === undefined || rest.length > 0) return undefined;
  if (bytesOf(signature) === undefined) return undefined;
  const named = headerIn(header);
  const said = named && objectIn(claims, CLAIMS);
  return said && { ...named, claims: said };
}

function headerIn(part: string): Omit<TokenForm, 'claims'> | undefined {
  const header = objectIn(part, HEADER);
  if (header === undefined || Object.keys(header).length !== HEADER_MEMBERS) return undefined;
  const { alg: algorithm, kid, typ } = header;
  if (typ !== TOKEN_TYPE || typeof algorithm !== 'string' || !isKid(kid)) return undefined;
  return { algorithm, kid };
}

function objectIn(part: string, limits: typeof HEADER): Readonly<Record<string, unknown>> | undefined {
  const bytes = bytesOf(part);
  const text = bytes && textOf(bytes);
  if (text === undefined) return undefined;
  const reading = readJson(text, limits);
  if (reading.kind === 'unreadable' || reading.faults.length > 0) return undefined;
  return isObject(reading.value) ? reading.value : undefined;
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
