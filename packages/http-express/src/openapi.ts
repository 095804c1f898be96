import { ANSWER_SCHEMAS } from './answer-schemas.js';
import { schemaOf } from './fields.js';
import { PROBLEM_STATUS } from './problem-details.js';
import type { AnswerSpec, Route } from './route.js';
import { routesOf } from './routes.js';

type Json = Readonly<Record<string, unknown>>;

/** What any operation may answer. */
const EVERYWHERE = [
  ...['UNAUTHENTICATED', 'PERMISSION_DENIED', 'INVALID_QUERY', 'BAD_REQUEST', 'NOT_ACCEPTABLE', 'STORE_UNAVAILABLE'],
  ...['REGISTRY_BUSY', 'RATE_LIMITED', 'INTERNAL'],
];
const WITH_BODY = [
  'NOT_JSON',
  'BODY_REQUIRED',
  'REQUEST_TIMEOUT',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'INVALID_INPUT',
];
const IDEMPOTENT = ['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_KEY_IN_USE'];
const STRING = { type: 'string' };
const EVERY_HEADER = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'];
const ONE_RESULT = { anyOf: [{ $ref: '#/components/schemas/Recorded' }, { $ref: '#/components/schemas/Refused' }] };

/**
 * The OpenAPI 3.1 document, made of the very routes that are mounted.
 *
 * @internal
 */
export function openApiDocument(version: string, hasIdentity: boolean): Json {
  const routes = routesOf(hasIdentity);
  const paths = Map.groupBy(routes, ({ path }) => `/api/v1${path}`);
  return {
    openapi: '3.1.0',
    info: {
      ...{
        title: 'XZepr',
        version,
        summary: 'An event provenance registry',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    paths: {
      ...Object.fromEntries(
        [...paths].map(([path, routes]) => [
          path,
          Object.fromEntries(routes.map((route) => [route.method, operation(route)])),
        ]),
      ),
      ...HEALTH_PATHS,
    },
    components: {
      schemas: { ...ANSWER_SCHEMAS, ...bodySchemas(routes) },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  };
}

function operation(route: Route): Json {
  const { operationId, summary, body } = route;
  return {
    ...{ operationId, summary, parameters: parametersOf(route), ...(route.isPublic === true && { security: [] }) },
    ...(body !== undefined && { requestBody: { required: true, content: contentOf(route) } }),
    responses: responsesOf(route),
  };
}

function parametersOf({ path, query = {}, idempotent, ifMatch }: Route): readonly Json[] {
  const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    ...{ name, in: 'path', required: true, schema: STRING },
  }));
  const inQuery = Object.entries(query).map(([name, { schema }]) => ({ name, in: 'query', schema }));
  const header = (name: string, description: string, required = false): Json => ({
    ...{ name, in: 'header', required, description, schema: STRING },
  });
  return [
    ...inPath,
    ...inQuery,
    ...(idempotent === true
      ? [header('Idempotency-Key', 'Makes it safe to send again: 1 to 255 printable characters')]
      : []),
    ...(ifMatch === true ? [header('If-Match', 'The ETag of the version to change, or *', true)] : []),
  ];
}

function contentOf({ body, stream }: Route): Json {
  const schema = { $ref: `#/components/schemas/${body?.type.name ?? ''}` };
  const line = { schema: { description: 'One EventBody a line; answered with one result a line', type: 'string' } };
  return { 'application/json': { schema }, ...(stream !== undefined && { [stream.contentType]: line }) };
}

function responsesOf(route: Route): Json {
  const codes = [
    ...EVERYWHERE,
    ...(route.body === undefined ? [] : WITH_BODY),
    ...(route.idempotent === true ? IDEMPOTENT : []),
    ...(route.ifMatch === true ? ['IF_MATCH_REQUIRED'] : []),
    ...route.problems,
  ];
  const problems = Map.groupBy(new Set(codes), (code) => PROBLEM_STATUS[code]);
  return {
    ...(route.method === 'get' && route.answers[200]?.headers?.includes('ETag') === true && { 304: NOT_MODIFIED }),
    ...Object.fromEntries(Object.entries(route.answers).map(([status, answer]) => [status, responseOf(answer, route)])),
    ...Object.fromEntries(
      [...problems].map(([status = 500, of]) => [String(status), problemResponse(status, of, route)]),
    ),
  };
}

function responseOf({ description, schema, headers = [] }: AnswerSpec, { stream, idempotent }: Route): Json {
  const line =
    stream === undefined ? {} : { [stream.contentType]: { schema: { description: 'A line', ...ONE_RESULT } } };
  return {
    description,
    headers: headersOf([...headers, ...replayed(idempotent)]),
    ...(schema !== undefined && {
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } }, ...line },
    }),
  };
}

function problemResponse(status: number, codes: readonly string[], { idempotent }: Route): Json {
  const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] };
  return {
    description: codes.join(', '),
    headers: headersOf([...(HEADERS_WITH[status] ?? []), ...replayed(idempotent)]),
    content: { 'application/problem+json': { schema } },
  };
}

const NOT_MODIFIED = { description: 'If-None-Match has its tag', headers: headersOf(['ETag']) };

/** What a problem of this status may say beside its body. */
const HEADERS_WITH: Readonly<Record<number, readonly string[]>> = {
  401: ['WWW-Authenticate'],
  409: ['Retry-After'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

function replayed(idempotent: boolean | undefined): readonly string[] {
  return idempotent === true ? ['Idempotency-Replayed'] : [];
}

function headersOf(names: readonly string[]): Json {
  return Object.fromEntries([...names, ...EVERY_HEADER].map((name) => [name, { schema: STRING }]));
}

function bodySchemas(routes: readonly Route[]): Json {
  const types = routes.flatMap(({ body }) => (body === undefined ? [] : [body.type]));
  return Object.fromEntries([...new Set(types)].map((type) => [type.name, schemaOf(type)]));
}

const HEALTH = { 'application/json': { schema: { $ref: '#/components/schemas/Health' } } };
const healthOperation = (operationId: string, summary: string): Json => ({
  get: {
    ...{ operationId, summary, security: [], parameters: [] },
    responses: {
      200: { description: 'Yes', headers: headersOf([]), content: HEALTH },
      503: { description: 'Not now', headers: headersOf(['Retry-After']), content: HEALTH },
    },
  },
});

const HEALTH_PATHS = {
  '/health': healthOperation('getHealth', 'Can requests be served?'),
  '/health/ready': healthOperation('getReadiness', 'Can requests be served?'),
  '/health/live': healthOperation('getLiveness', 'Does the process run?'),
};
