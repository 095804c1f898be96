import { securityEvent } from '@xzepr/core';
import cors from 'cors';
import type { RequestHandler } from 'express';

import { addressOf } from './client-address.js';
import type { HttpAppOptions } from './options.js';
import { requestIdOf } from './request-id.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'];
const REQUEST_HEADERS = [
  ...['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match', 'traceparent', 'x-api-key'],
  'x-request-id',
];
const ANSWER_HEADERS = [
  ...['etag', 'location', 'idempotency-replayed', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'],
  ...['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
];
const PREFLIGHT_SECONDS = 600;

/** @internal */
export type CrossOriginOptions = Pick<HttpAppOptions, 'origins' | 'publicUrl' | 'monitor'>;

/**
 * Lets pages of the given origins read answers, and no others. Credentials are never shared: they travel in headers, not in
 * cookies, so no page has any by being in a browser.
 *
 * @internal
 */
export function crossOrigin({ origins = [], publicUrl, monitor }: CrossOriginOptions): RequestHandler {
  const allowed = new Set(origins);
  const share = cors({
    ...{ origin: [...allowed], methods: METHODS, allowedHeaders: REQUEST_HEADERS, exposedHeaders: ANSWER_HEADERS },
    ...{ credentials: false, maxAge: PREFLIGHT_SECONDS },
  });
  return (request, response, next) => {
    const origin = request.get('origin');
    // Browsers name the origin of a server's own pages too, when they post.
    if (origin === undefined || origin === publicUrl) {
      next();
      return;
    }
    response.vary('Origin');
    if (allowed.has(origin)) {
      share(request, response, next);
      return;
    }
    const event = securityEvent('origin.refused', undefined, origin);
    monitor?.report({ ...event, origin: { address: addressOf(request), requestId: requestIdOf(response) } });
    next();
  };
}
