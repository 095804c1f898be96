import type { ErrorRequestHandler, Request, Response } from 'express';

import { HttpError } from './http-error.js';
import { isUnexpected, problemAnswer } from './problem-details.js';
import { requestIdOf } from './request-id.js';
import type { Answer } from './route.js';

const LINGER_MS = 1_000;

/** @internal */
export function sendAnswer(response: Response, { status, headers = {}, body }: Answer): void {
  response.statusCode = status;
  response.setHeader('cache-control', 'no-store');
  for (const [name, value] of Object.entries(headers)) setHeader(response, name, value);
  const isUnread = hasUnreadBody(response.req);
  if (isUnread) response.setHeader('connection', 'close');
  if (body === undefined) {
    response.end();
    return;
  }
  describeBody(response, status, body);
  if (isUnread) lingering(response, body);
  else response.end(response.req.method === 'HEAD' ? undefined : body);
}

function describeBody(response: Response, status: number, body: string): void {
  if (response.get('content-type') === undefined) {
    response.set('content-type', status >= 400 ? 'application/problem+json' : 'application/json');
  }
  response.setHeader('content-length', Buffer.byteLength(body));
}

/** Express is asked for the content type alone, to which it adds the character set: it looks twice at every header it sets. */
function setHeader(response: Response, name: string, value: string): void {
  if (name === 'content-type') response.set(name, value);
  else response.setHeader(name, value);
}

/**
 * Answers someone who is still sending. A connection that is closed with bytes unread is reset, and the answer may be lost with
 * it: so what comes is thrown away for a moment, until it has all come or the other side has gone.
 */
function lingering(response: Response, body: string): void {
  const request = response.req;
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.once('end', end).once('close', end).resume();
  response.write(body);
}

/** The connection could be used again only after reading the rest. A request without a body may not be complete yet either. */
function hasUnreadBody({ complete, headers }: Request): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0');
}

/** @internal */
export function sendProblem(response: Response, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendAnswer(response, problemAnswer(error, requestIdOf(response)));
}

/** @internal The last in the chain. Errors of Express itself say what was wrong with the request by their status. */
export function errorHandler(onError: (error: unknown, requestId: string) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const known = expressError(error);
    if (isUnexpected(known)) onError(known, requestIdOf(response));
    sendProblem(response, known);
  };
}

function expressError(error: unknown): unknown {
  if (error instanceof URIError) return new HttpError('BAD_REQUEST', 'the path has an escape that is not UTF-8');
  return error;
}
