import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

import { HttpError } from './http-error.js';

/**
 * The media type of a request, in lower case and without parameters.
 *
 * @throws HttpError it is encoded, or in another character set than UTF-8
 * @internal
 */
export function mediaType(request: IncomingMessage): string {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new HttpError('UNSUPPORTED_MEDIA_TYPE', 'bodies are taken as they are; send it without Content-Encoding');
  }
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  if (parameters.some(isOtherCharset)) {
    throw new HttpError('UNSUPPORTED_MEDIA_TYPE', 'JSON is UTF-8; send it in no other character set');
  }
  return type.trim();
}

function isOtherCharset(parameter: string): boolean {
  const [name, value = ''] = parameter.trim().split('=');
  return name === 'charset' && !/^"?utf-?8"?$/.test(value);
}

/**
 * The body as text.
 *
 * @throws HttpError it has more than `limit` bytes, takes longer than `timeoutMs`, is cut short, empty or not UTF-8;
 *   Error somebody has read it already
 * @internal
 */
export async function bodyText(request: IncomingMessage, limit: number, timeoutMs: number): Promise<string> {
  expectUnread(request);
  const bytes = await bodyBytes(request, limit, timeoutMs);
  if (bytes.length === 0) throw new HttpError('BODY_REQUIRED', 'there is no body; send the resource as JSON');
  return decoded(bytes);
}

/**
 * Nobody has read the body yet. Waiting for one that is gone would be waiting for the timeout.
 *
 * @throws Error somebody has
 * @internal
 */
export function expectUnread(request: IncomingMessage): void {
  if (!request.readableDidRead) return;
  throw new Error('a body parser has read the body; mount the router of the registry before every body parser');
}

/** @internal @throws HttpError it is not UTF-8 */
export function decoded(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new HttpError('NOT_JSON', 'the body is not UTF-8');
  return bytes.toString('utf8');
}

/** @internal */
export function tooLarge(limit: number): HttpError {
  return new HttpError('BODY_TOO_LARGE', `it has more than ${String(limit)} bytes; send less at once`);
}

function bodyBytes(request: IncomingMessage, limit: number, timeoutMs: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => {
      fail(new HttpError('REQUEST_TIMEOUT', 'the body did not arrive in time', { headers: { connection: 'close' } }));
    }, timeoutMs);

    function onData(chunk: Buffer): void {
      length += chunk.length;
      if (length > limit) fail(tooLarge(limit));
      else chunks.push(chunk);
    }
    function onEnd(): void {
      settle();
      resolve(chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks, length));
    }
    function onClose(): void {
      fail(new HttpError('BAD_REQUEST', 'the body was cut short'));
    }
    function fail(error: Error): void {
      settle();
      reject(error);
    }
    function settle(): void {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
    }
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}
