import type { Principal, Problem } from '@xzepr/core';
import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';

import { sendAnswer, sendProblem, errorHandler } from './answering.js';
import { principalOf } from './authentication.js';
import { bodyText, mediaType } from './body.js';
import { isNotModified } from './conditions.js';
import { created } from './created.js';
import { bodyOf } from './fields.js';
import { HttpError } from './http-error.js';
import { readBody, refuseIfAny } from './json-body.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { HttpLimits } from './limits.js';
import type { RegistryRouterOptions } from './options.js';
import { queryOf } from './query.js';
import { requestIdOf, requestIds } from './request-id.js';
import type { Answer, Call, Route } from './route.js';
import { ROUTES } from './routes.js';

/**
 * The REST API, to be mounted at `/api/v1`, where `Location` points. Reads bodies itself, so no body parser may come before it.
 *
 * @public
 */
export function registryRouter(options: RegistryRouterOptions): Router {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const router = Router({ caseSensitive: true, strict: true });
  const principals = new WeakMap<Request, Principal>();
  router.use(requestIds);
  router.use(async (request, _response, next) => {
    principals.set(request, await principalOf(request, options.authenticate));
    next();
  });
  for (const [path, routes] of Map.groupBy(ROUTES, (route) => route.path)) {
    const mounted = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const route of routes) mounted[route.method](handler(route, options, limits, principals));
    mounted.all(notAMethod(routes));
  }
  router.use(() => {
    throw new HttpError('ROUTE_NOT_FOUND', 'there is nothing at this path; /openapi.json lists what there is');
  });
  router.use(errorHandler(options.onError));
  return router;
}

type Prepared = Omit<Call<never, undefined>, 'create' | 'body' | 'faults'>;

function handler(
  route: Route,
  { registry }: RegistryRouterOptions,
  limits: HttpLimits,
  principals: WeakMap<Request, Principal>,
): RequestHandler {
  return async (request, response) => {
    const principal = principals.get(request);
    if (principal === undefined) throw new Error('a request came in without a principal');
    const search = searchOf(request, limits);
    const prepared: Prepared = {
      ...{ registry, principal, path: request.params as Readonly<Record<string, string>>, headers: request.headers },
      ...{ query: queryOf(search, route.query ?? {}) as never, limits, requestId: requestIdOf(response) },
    };
    const type = route.body === undefined ? '' : mediaType(request);
    if (route.stream?.contentType === type) {
      expectAccepted(request, [type, 'application/problem+json']);
      await route.stream.handle({ ...prepared, body: undefined, faults: [] }, request, response);
      return;
    }
    expectAccepted(request, ['application/json', 'application/problem+json']);
    const { text, value, faults } = await bodyFor(route, request, limits);
    const asked = (): string => JSON.stringify([request.method, request.originalUrl, text]);
    const creating = { principal, key: request.get('idempotency-key'), asked, requestId: prepared.requestId };
    const call: Call<never, object> = {
      ...{ ...prepared, body: value, faults },
      create: (creation, input, answer, keep) => created(creating, creation, input, answer, keep),
    };
    sendAnswer(response, unlessKnown(request, await route.handle(call)));
  };
}

function searchOf(request: Request, limits: HttpLimits): string {
  const at = request.originalUrl.indexOf('?');
  const search = at < 0 ? '' : request.originalUrl.slice(at);
  if (search.length > limits.queryCharacters) throw new HttpError('BAD_REQUEST', 'the query is too long');
  return search;
}

interface ReadyBody {
  readonly text: string;
  readonly value: object;
  readonly faults: Call<never, undefined>['faults'];
}

/** The body as the route declares it. Faults inside the items of a batch are left for the items. */
async function bodyFor({ body: spec }: Route, request: Request, limits: HttpLimits): Promise<ReadyBody> {
  if (spec === undefined) return { text: '', value: {}, faults: [] };
  if (mediaType(request) !== 'application/json') {
    throw new HttpError('UNSUPPORTED_MEDIA_TYPE', 'send application/json');
  }
  const text = await bodyText(request, limits[spec.limit], limits.bodyTimeoutMs);
  const { value, faults } = readBody(text, readOptions(spec, limits));
  const isOfItem = ({ pointer }: { readonly pointer: string }): boolean => /^\/events\/\d+(\/|$)/.test(pointer);
  const ofItems = spec.depthFrom === undefined ? [] : faults.filter(isOfItem);
  const ofBody = faults.filter((fault) => !ofItems.includes(fault));
  const body = bodyOf(spec.type, value);
  // A value with a fault in it is not there any more, which is not another fault.
  const others = body instanceof spec.type ? [] : (body as readonly Problem[]).filter(isNotBelow(ofBody));
  refuseIfAny([...ofBody, ...others]);
  return { text, value: body, faults: ofItems };
}

function isNotBelow(faults: readonly Problem[]): (problem: Problem) => boolean {
  return ({ pointer }) => !faults.some((fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`));
}

/** One object for each kind of body: the reader keeps what it has worked out of it. */
const optionsOf = new WeakMap<object, ReturnType<typeof newReadOptions>>();

function readOptions(spec: NonNullable<Route['body']>, limits: HttpLimits): ReturnType<typeof newReadOptions> {
  const known = optionsOf.get(spec);
  if (known?.maxDepth === limits.depth) return known;
  const options = newReadOptions(spec, limits);
  optionsOf.set(spec, options);
  return options;
}

function newReadOptions({ verbatim = [], depthFrom }: NonNullable<Route['body']>, { depth }: HttpLimits) {
  return { maxDepth: depth, verbatim, ...(depthFrom !== undefined && { depthFrom }) };
}

function expectAccepted(request: Request, types: readonly string[]): void {
  if (request.headers.accept !== undefined && !request.accepts([...types])) {
    throw new HttpError('NOT_ACCEPTABLE', `answers are ${types.join(' or ')}`);
  }
}

/** What the caller has already, by its tag, is not sent again. */
function unlessKnown(request: Request, answer: Answer): Answer {
  const tag = answer.headers?.['etag'];
  if (request.method === 'POST' || tag === undefined || !isNotModified(request.headers, tag)) return answer;
  return { status: 304, headers: answer.headers ?? {} };
}

function notAMethod(routes: readonly Route[]): RequestHandler {
  const methods = new Set(
    routes.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])),
  );
  const allow = [...methods, 'OPTIONS'].join(', ');
  return (request: Request, response: Response) => {
    if (request.method === 'OPTIONS') {
      sendAnswer(response, { status: 204, headers: { allow } });
      return;
    }
    const error = new HttpError('METHOD_NOT_ALLOWED', `this takes ${allow}`, { headers: { allow } });
    sendProblem(response, error);
  };
}
