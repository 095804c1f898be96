import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { HttpError } from './http-error.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { HttpLimits } from './limits.js';
import { problemAnswer } from './problem-details.js';
import type { ProblemAnswer } from './problem-details.js';

const MAX_HEADERS = 100;

/**
 * What a server has to be made with so that {@link hardenServer} can keep its word: heads that take too long are looked for every
 * second, and that a Host is missing is said by the application.
 *
 * @public
 */
export const SERVER_OPTIONS: Pick<ServerOptions, 'connectionsCheckingInterval' | 'requireHostHeader'> = Object.freeze({
  connectionsCheckingInterval: 1_000,
  requireHostHeader: false,
});

/**
 * Bounds what a connection may cost before a request is complete, and answers what is no HTTP at all. Bodies are bounded by
 * the application, because a stream may take as long as it likes while it moves.
 *
 * @public
 */
export function hardenServer(server: Server, limits: Partial<HttpLimits> = {}): void {
  const { headersTimeoutMs, idleTimeoutMs, batchBytes, eventBytes } = { ...DEFAULT_LIMITS, ...limits };
  const largest = Math.max(batchBytes, eventBytes);
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = 0;
  server.keepAliveTimeout = idleTimeoutMs;
  server.maxHeadersCount = MAX_HEADERS;
  server.on('clientError', (error: Error & { readonly code?: string }, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    refuse(socket, headError(error.code));
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    refuse(socket, new HttpError('METHOD_NOT_ALLOWED', 'this is no proxy', { headers: { allow: 'GET' } }));
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const error = new HttpError('EXPECTATION_FAILED', 'the only expectation that is met is 100-continue');
    const { status, headers, body } = refusal(error);
    response.writeHead(status, headers).end(body);
  });
  // Who asks before sending is refused before sending; the application says it by the announced length.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers['content-length'] ?? 0) <= largest) response.writeContinue();
    server.emit('request', request, response);
  });
}

/** What is answered where the application is not asked. */
function refusal(error: HttpError): ProblemAnswer {
  const id = randomUUID();
  const { status, headers, body } = problemAnswer(error, id);
  const own = {
    ...{ 'x-request-id': id, 'cache-control': 'no-store', 'content-type': 'application/problem+json' },
    ...{ 'content-length': String(Buffer.byteLength(body)), connection: 'close' },
  };
  return { status, headers: { ...headers, ...own }, body };
}

function refuse(socket: Duplex, error: HttpError): void {
  const { status, headers, body } = refusal(error);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

function headError(code: string | undefined): HttpError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new HttpError('REQUEST_TIMEOUT', 'the head of the request did not arrive in time');
  }
  if (code === 'HPE_HEADER_OVERFLOW') return new HttpError('HEAD_TOO_LARGE', 'the head of the request is too large');
  return new HttpError('BAD_REQUEST', 'this is not HTTP as it is understood here');
}
