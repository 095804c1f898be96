import type { Authenticate, Principal } from '@xzepr/core';
import type { Request } from 'express';

import { HttpError } from './http-error.js';
import { CHALLENGE } from './problem-details.js';

/**
 * Who is asking, by `Authorization: Bearer` or `X-API-Key`.
 *
 * @throws HttpError there is no credential, it opens nothing, or there are two that differ
 * @internal
 */
export async function principalOf(request: Request, authenticate: Authenticate): Promise<Principal> {
  const credentials = new Set(credentialsIn(request));
  const [credential] = credentials;
  if (credential === undefined) throw unauthenticated('send Authorization: Bearer or X-API-Key');
  if (credentials.size > 1) throw unauthenticated('send one credential');
  const principal = await authenticate(credential);
  if (principal === undefined) throw unauthenticated('the credential opens nothing: unknown, expired or revoked');
  return principal;
}

/** A scheme that is not Bearer, or nothing after it, is a credential that cannot be read. */
function credentialsIn(request: Request): readonly string[] {
  const authorization = request.get('authorization');
  const apiKey = request.get('x-api-key');
  const keys = apiKey === undefined ? [] : [apiKey];
  if (authorization === undefined) return keys;
  const bearer = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
  if (bearer === undefined) throw unauthenticated('send Authorization: Bearer or X-API-Key');
  return [bearer, ...keys];
}

function unauthenticated(message: string): HttpError {
  return new HttpError('UNAUTHENTICATED', message, { headers: { 'www-authenticate': CHALLENGE } });
}
