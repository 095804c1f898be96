import { randomUUID } from 'node:crypto';

import type { RequestHandler, Response } from 'express';

const SANE = /^[A-Za-z0-9._-]{1,128}$/;

/** @internal Takes the caller's `X-Request-Id` when it is sane, makes one else, and always answers it. */
export const requestIds: RequestHandler = (request, response, next) => {
  if (response.get('x-request-id') !== undefined) {
    next();
    return;
  }
  const given = request.get('x-request-id');
  const id = given !== undefined && SANE.test(given) ? given : randomUUID();
  response.set('x-request-id', id);
  next();
};

/** @internal */
export function requestIdOf(response: Response): string {
  const id = response.get('x-request-id');
  return id ?? '';
}
