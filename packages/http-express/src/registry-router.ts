import type { AnyRegistryError, Principal, Registry } from '@xzepr/core';
import { Router } from 'express';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';

import { errorHandler, sendAnswer, sendProblem } from './answering.js';
import { bodyFor } from './body-for.js';
import { mediaType } from './body.js';
import { isNotModified } from './conditions.js';
import { created } from './created.js';
import type { CreatingRequest } from './created.js';
import { gatekeeper } from './gatekeeper.js';
import type { Gatekeeper } from './gatekeeper.js';
import { HttpError } from './http-error.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { HttpLimits } from './limits.js';
import type { RegistryRouterOptions } from './options.js';
import { queryOf } from './query.js';
import { spendingOf } from './rate-limits.js';
import type { Spending } from './rate-limits.js';
import { requestIdOf, requestIds } from './request-id.js';
import type { Answer, Call, Route } from './route.js';
import { routesOf } from './routes.js';
import { reportRefusal } from './security-reports.js';
import { pause } from './pause.js';

/** What every request of one router works with. */
interface Edge {
  readonly options: RegistryRouterOptions;
  readonly limits: HttpLimits;
  readonly gate: Gatekeeper;
  readonly spending: Spending | undefined;
  readonly seen: WeakMap<Request, Seen>;
}

/** What is known of a request so far. */
interface Seen {
  readonly principal: Principal;
  /** Undefined where nobody has shown who they are. */
  readonly actor: Principal | undefined;
  route?: string;
}

/**
 * The REST API, to be mounted at `/api/v1`, where `Location` points. Reads bodies itself, so no body parser may come before it.
 *
 * @public
 */
export function registryRouter(options: RegistryRouterOptions): Router {
  const spending = spendingOf(options.rateLimits);
  const edge: Edge = {
    ...{ options, limits: { ...DEFAULT_LIMITS, ...options.limits }, spending, seen: new WeakMap() },
    gate: gatekeeper(options.authenticate, spending),
  };
  const router = Router({ caseSensitive: true, strict: true });
  const { true: open = [], false: closed = [] } = Object.groupBy(routesOf(options.identity !== undefined), (route) =>
    route.isPublic === true ? 'true' : 'false',
  );
  router.use(requestIds);
  mount(router, edge, open, (request, response) => edge.gate.stranger(request, response));
  router.use(async (request, response, next) => {
    const principal = await edge.gate.principal(request, response);
    edge.seen.set(request, { principal, actor: principal });
    await edge.gate.admit(principal, response);
    next();
  });
  mount(router, edge, closed);
  router.use(() => {
    throw new HttpError('ROUTE_NOT_FOUND', 'there is nothing at this path; /openapi.json lists what there is');
  });
  router.use(refusals(edge));
  return router;
}

function mount(
  router: Router,
  edge: Edge,
  routes: readonly Route[],
  who?: (request: Request, response: Response) => Promise<Principal>,
): void {
  for (const [path, ofPath] of Map.groupBy(routes, (route) => route.path)) {
    const mounted = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    if (who !== undefined) {
      mounted.all(async (request, response, next) => {
        edge.seen.set(request, { principal: await who(request, response), actor: undefined });
        next();
      });
    }
    for (const route of ofPath) mounted[route.method](handler(route, edge));
    mounted.all(notAMethod(ofPath));
  }
}

/** Answers what went wrong, and has told whoever watches over security. */
function refusals({ options, seen }: Edge): ErrorRequestHandler {
  const answer = errorHandler(options.onError);
  return (error: unknown, request, response, next) => {
    reportRefusal(options.monitor, error, request, response, seen.get(request) ?? {});
    void answer(error, request, response, next);
  };
}

type Prepared = Omit<Call<never, undefined>, 'create' | 'body' | 'faults'>;

function handler(route: Route, edge: Edge): RequestHandler {
  const { limits, seen } = edge;
  const pattern = `${route.method} ${route.path}`;
  return async (request, response) => {
    const known = seen.get(request);
    if (known === undefined) throw new Error('a request came in without a principal');
    known.route = pattern;
    const { principal } = known;
    const prepared = preparedFor(route, edge, principal, request, response);
    const type = route.body === undefined ? '' : mediaType(request);
    if (route.stream?.contentType === type) {
      expectAccepted(request, [type, 'application/problem+json']);
      await route.stream.handle({ ...prepared, body: undefined, faults: [] }, request, response);
      return;
    }
    expectAccepted(request, ['application/json', 'application/problem+json']);
    const { text, value, faults, refusal } = await bodyFor(route, request, limits);
    const asked = (): string => JSON.stringify([request.method, request.originalUrl, text]);
    const creating = { principal, key: request.get('idempotency-key'), asked, requestId: prepared.requestId };
    if (refusal !== undefined) {
      sendAnswer(response, await refused(route, creating, prepared.registry, refusal));
      return;
    }
    const call: Call<never, object> = {
      ...{ ...prepared, body: value, faults },
      create: (creation, input, answer, keep) => created(creating, creation, input, answer, keep),
    };
    sendAnswer(response, unlessKnown(request, await route.handle(call)));
  };
}

/** What the body itself is refused for is kept under the request's idempotency key, as what the registry refuses is. */
function refused(
  { idempotent }: Route,
  creating: CreatingRequest,
  registry: Registry,
  refusal: AnyRegistryError,
): Promise<Answer> {
  if (idempotent !== true) throw refusal;
  return created(creating, registry.refuse, refusal, (never: never) => never);
}

function preparedFor(
  route: Route,
  { options, limits, spending }: Edge,
  principal: Principal,
  request: Request,
  response: Response,
): Prepared {
  const search = searchOf(request, limits);
  return {
    ...{ registry: options.registry, principal, path: request.params as Readonly<Record<string, string>> },
    identity: options.identity,
    ...{ origin: principal.origin ?? {}, publicUrl: options.publicUrl, search, headers: request.headers, limits },
    ...{
      query: queryOf(search, route.query ?? {}, route.mayHaveOtherQuery) as never,
      requestId: requestIdOf(response),
    },
    async spend(points) {
      await spending?.spendMore(principal, response, points);
    },
    async spendWaiting(points) {
      for (let ms = 1; spending !== undefined && ms > 0 && !response.destroyed;) {
        ms = await spending.wait(principal, points);
        if (ms > 0) await pause(ms, response);
      }
    },
  };
}

function searchOf(request: Request, limits: HttpLimits): string {
  const at = request.originalUrl.indexOf('?');
  const search = at < 0 ? '' : request.originalUrl.slice(at);
  if (search.length > limits.queryCharacters) throw new HttpError('BAD_REQUEST', 'the query is too long');
  return search;
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
