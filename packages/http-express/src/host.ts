import type { RequestHandler } from 'express';

import { HttpError } from './http-error.js';

/** @internal A request says once where it goes to (RFC 9112, 3.2); HTTP/1.0 may leave it open. */
export const oneHost: RequestHandler = (request, _response, next) => {
  const { host = [] } = request.headersDistinct;
  if (host.length !== 1 && (host.length > 1 || request.httpVersion !== '1.0')) {
    throw new HttpError('BAD_REQUEST', 'send one Host', { headers: { connection: 'close' } });
  }
  next();
};
