import express from 'express';
import type { Express, RequestHandler } from 'express';
import helmet from 'helmet';

import { errorHandler, sendAnswer } from './answering.js';
import { crossOrigin } from './cross-origin.js';
import { docsRouter } from './docs-router.js';
import { oneHost } from './host.js';
import { HttpError } from './http-error.js';
import type { HttpAppOptions } from './options.js';
import { registryRouter } from './registry-router.js';
import { requestIds } from './request-id.js';

/** An API answers data: a browser that is made to show it must run and load nothing. */
const API_POLICY = { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } };

const STRICT_TRANSPORT = { maxAge: 31_536_000, includeSubDomains: false };
/** Keys are asked for again soon: a new one is published before it signs. */
const JWKS_HEADERS = { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=60' };

/**
 * The whole application: health, the OpenAPI document and its page, and the REST API at `/api/v1`.
 *
 * @public
 */
export function createHttpApp(options: HttpAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', options.trustProxy ?? false);
  app.use(requestIds);
  app.use(oneHost);
  const strictTransportSecurity = options.strictTransport === true ? STRICT_TRANSPORT : false;
  app.use(headersOf(helmet({ contentSecurityPolicy: API_POLICY, strictTransportSecurity })));
  app.use(crossOrigin(options));
  // Before the others: each that stands in front is asked for every request.
  app.use('/api/v1', registryRouter(options));
  app.get('/health/live', (_request, response) => {
    sendAnswer(response, { status: 200, body: '{"status":"ok"}' });
  });
  app.get(['/health', '/health/ready'], async (_request, response) => {
    const ready = await options.health.ready();
    const headers = ready ? {} : { 'retry-after': '2', 'content-type': 'application/json' };
    sendAnswer(response, { status: ready ? 200 : 503, headers, body: `{"status":"${ready ? 'ok' : 'unavailable'}"}` });
  });
  const { jwks } = options;
  if (jwks !== undefined) {
    app.get('/.well-known/jwks.json', (_request, response) => {
      sendAnswer(response, { status: 200, headers: JWKS_HEADERS, body: JSON.stringify(jwks()) });
    });
  }
  if (options.docs ?? true) app.use(docsRouter(options.version, options.identity !== undefined));
  app.use(() => {
    throw new HttpError('ROUTE_NOT_FOUND', 'there is nothing at this path; the API is at /api/v1');
  });
  app.use(errorHandler(options.onError));
  return app;
}

/** Sets what `fixed` sets, which is the same for every answer, without going through its dozen of handlers each time. */
function headersOf(fixed: RequestHandler): RequestHandler {
  const headers = new Map<string, string>();
  const recorder = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: () => undefined,
  };
  void fixed(undefined as never, recorder as never, (error?: unknown) => {
    if (error !== undefined) throw new Error('the fixed headers cannot be had', { cause: error });
  });
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}
