import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { HttpError } from './http-error.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { HttpLimits } from './limits.js';
import { problemAnswer } from './problem-details.js';

const MAX_HEADERS = 100;

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
    const { status, body } = problemAnswer(headError(error.code), '');
    const head = `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: application/problem+json`;
    socket.end(`${head}\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\nconnection: close\r\n\r\n${body}`);
  });
  // Who asks before sending is refused before sending; the application says it by the announced length.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers['content-length'] ?? 0) <= largest) response.writeContinue();
    server.emit('request', request, response);
  });
}

function headError(code: string | undefined): HttpError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new HttpError('REQUEST_TIMEOUT', 'the head of the request did not arrive in time');
  }
  if (code === 'HPE_HEADER_OVERFLOW') return new HttpError('HEAD_TOO_LARGE', 'the head of the request is too large');
  return new HttpError('BAD_REQUEST', 'this is not HTTP as it is understood here');
}
