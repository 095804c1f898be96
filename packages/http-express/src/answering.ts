import type { ErrorRequestHandler, Request, Response } from 'express';

import { HttpError } from './http-error.js';
import { isUnexpected, problemAnswer } from './problem-details.js';
import { requestIdOf } from './request-id.js';
import type { Answer } from './route.js';

/** @internal */
export function sendAnswer(response: Response, { status, headers = {}, body }: Answer): void {
  response.status(status).set('cache-control', 'no-store').set(headers);
  if (body === undefined) {
    response.end();
    return;
  }
  if (response.get('content-type') === undefined) {
    response.set('content-type', status >= 400 ? 'application/problem+json' : 'application/json');
  }
  response
    .set('content-length', String(Buffer.byteLength(body)))
    .end(response.req.method === 'HEAD' ? undefined : body);
}

/**
 * Answers an error, and lets the connection go when the rest of the body would have to be read to use it again.
 *
 * @internal
 */
export function sendProblem(request: Request, response: Response, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (!request.complete) response.set('connection', 'close');
  sendAnswer(response, problemAnswer(error, requestIdOf(response)));
}

/** @internal The last in the chain. Errors of Express itself say what was wrong with the request by their status. */
export function errorHandler(onError: (error: unknown, requestId: string) => void): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const known = expressError(error);
    if (isUnexpected(known)) onError(known, requestIdOf(response));
    sendProblem(request, response, known);
  };
}

function expressError(error: unknown): unknown {
  if (error instanceof URIError) return new HttpError('BAD_REQUEST', 'the path has an escape that is not UTF-8');
  return error;
}
