import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  countingIds,
  countingRateLimiter,
  countingSecrets,
  countingTokens,
  guessableSecrets,
  memoryBackend,
  memoryPayloads,
  plainPasswords,
  sha256Digest,
  steppingClock,
} from '@xzepr/adapter-testkit';
import type { SteppingClock } from '@xzepr/adapter-testkit';
import { StoreUnavailableError, createIdentity, createRegistry } from '@xzepr/core';
import type {
  Clock,
  Identity,
  PayloadCheck,
  PayloadSchemas,
  Principal,
  Rate,
  Registry,
  Role,
  SecurityEvent,
  UnitOfWork,
} from '@xzepr/core';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { DEFAULT_RATE_TIERS, SERVER_OPTIONS, createHttpApp, hardenServer } from '@xzepr/http-express';
import type { HttpAppOptions, HttpLimits, RateTiers } from '@xzepr/http-express';
import { fakeProvider } from './fake-provider.js';
import type { FakeProvider } from './fake-provider.js';
import { openApiCheck } from './openapi-check.js';
import type { OpenApiDocument, SeenAnswer } from './openapi-check.js';

export type Json = Readonly<Record<string, unknown>>;

/** What a request answered. */
export interface Got extends SeenAnswer {
  readonly json: Json;
}

export interface Asking {
  readonly as?: Role | 'nobody';
  /** A credential to show as a bearer token, instead of a role. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown;
}

/** A server with a registry in memory, and a client whose every answer is held against the OpenAPI document. */
export interface World {
  readonly url: string;
  readonly port: number;
  readonly registry: Registry;
  readonly identity: Identity;
  readonly document: OpenApiDocument;
  readonly server: Server;
  /** What the application told of faults of its own. */
  readonly errors: unknown[];
  /** What the application told of security. */
  readonly reports: SecurityEvent[];
  readonly clock: SteppingClock;
  readonly provider: FakeProvider;
  readonly store: { down: boolean; rejects: boolean; held: Promise<void> | undefined };
  readonly health: { ready: boolean };
  readonly ask: (method: string, path: string, asking?: Asking) => Promise<Got>;
  check(answer: SeenAnswer): void;
  close(): Promise<void>;
}

export interface WorldOptions extends Pick<HttpAppOptions, 'docs' | 'trustProxy' | 'origins' | 'strictTransport'> {
  readonly limits?: Partial<HttpLimits>;
  /** Points of each tier in a window, which ends when `limiterClock` says so; nothing is limited when left out. */
  readonly tiers?: Readonly<Partial<Record<keyof RateTiers, number>>>;
  /** The world's own when left out. */
  readonly limiterClock?: Clock;
  readonly windowSeconds?: number;
  /** `http://xzepr.test` when left out; null for none. */
  readonly publicUrl?: string | null;
  readonly jwks?: () => unknown;
}

/** A server on a free port of the loopback. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { limits = {}, publicUrl = 'http://xzepr.test' } = options;
  const store: World['store'] = { down: false, rejects: false, held: undefined };
  const health = { ready: true };
  const errors: unknown[] = [];
  const reports: SecurityEvent[] = [];
  const clock = steppingClock({ autoStepMs: 1 });
  const provider = fakeProvider('acme');
  const { registry, identity } = coreIn(store, { clock, provider, reports, options });
  const app = createHttpApp({
    ...{ ...options, registry, identity, authenticate: authenticator(identity, store), limits, version: '1.2.3' },
    ...rateLimitsOf(options, clock),
    publicUrl: publicUrl ?? undefined,
    monitor: { report: (event) => reports.push(event) },
    health: { ready: () => Promise.resolve(health.ready) },
    onError: (error) => errors.push(error),
  } as HttpAppOptions);
  const server = createServer({ ...SERVER_OPTIONS, connectionsCheckingInterval: 50 }, app);
  hardenServer(server, limits);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}`;
  const document = await documentOf(registry, identity);
  const check = openApiCheck(document);
  return {
    ...{ url, port, registry, identity, document, server, errors, reports, clock, provider, store, health, check },
    async ask(method, path, asking = {}) {
      const got = await asked(url, method, path, asking);
      check(got);
      return got;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await registry.close();
    },
  };
}

function rateLimitsOf(
  { tiers, limiterClock, windowSeconds = 60 }: WorldOptions,
  clock: Clock,
): Pick<HttpAppOptions, 'rateLimits'> {
  if (tiers === undefined) return {};
  const tier = (name: keyof RateTiers): Rate => {
    const { points, ...rate } = DEFAULT_RATE_TIERS[name];
    return { ...rate, points: tiers[name] ?? points, windowSeconds };
  };
  const [anonymous, authenticated, service] = [tier('anonymous'), tier('authenticated'), tier('service')];
  const limiter = countingRateLimiter(limiterClock ?? clock);
  return { rateLimits: { limiter, tiers: { anonymous, authenticated, service, admin: tier('admin') } } };
}

async function asked(url: string, method: string, path: string, asking: Asking): Promise<Got> {
  const { as = 'admin', token = `token-of-${as}`, headers, body } = asking;
  const response = await fetch(url + path, {
    ...{ method, redirect: 'manual' },
    headers: {
      ...(as === 'nobody' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '') && text !== '';
  const json = isJson ? (JSON.parse(text) as Json) : {};
  return { method, path, status: response.status, headers: response.headers, text, json };
}

interface CoreParts {
  readonly clock: SteppingClock;
  readonly provider: FakeProvider;
  readonly reports: SecurityEvent[];
  readonly options: WorldOptions;
}

function coreIn(
  store: World['store'],
  { clock, provider, reports, options }: CoreParts,
): { readonly registry: Registry; readonly identity: Identity } {
  const backend = memoryBackend();
  const unitOfWork: UnitOfWork = {
    async run(scope, work) {
      if (store.held !== undefined) await store.held;
      if (store.down) throw new StoreUnavailableError();
      return backend.unitOfWork.run(scope, work);
    },
  };
  const monitor = { report: (event: SecurityEvent) => reports.push(event) };
  const shared = { unitOfWork, reader: backend.reader, clock, ids: countingIds(), digest: sha256Digest(), monitor };
  const registry = createRegistry({
    ...{ ...shared, payloads: schemas(), secrets: countingSecrets() },
    onBackgroundError: (error) => {
      if (!store.down) throw error;
    },
  });
  const tokens = countingTokens(clock);
  const identity = createIdentity({
    ...{ ...shared, secrets: guessableSecrets(), passwords: plainPasswords(), signer: tokens, verifier: tokens },
    ...{ providers: [provider], others: [registry.authenticateApiKey] },
    ...(options.tiers !== undefined && { limiter: countingRateLimiter(clock) }),
    onStandingChanged: () => {
      registry.forgetApiKeys();
    },
  });
  return { registry, identity };
}

/** Roles come from the token; anything else is an access token or a key. */
function authenticator(
  identity: Identity,
  store: World['store'],
): (credential: string) => Promise<Principal | undefined> {
  const tokens = new Map(
    (['admin', 'event_manager', 'event_reporter', 'event_viewer', 'user'] as const).map((role) => [
      `token-of-${role}`,
      { id: `the-${role}`, kind: 'user', roles: [role] } as const satisfies Principal,
    ]),
  );
  return async (credential) => {
    if (store.down && credential === 'token-that-needs-the-store') throw new StoreUnavailableError();
    return tokens.get(credential) ?? identity.authenticate(credential);
  };
}

function schemas(): PayloadSchemas {
  const ajv = new Ajv2020({ strict: false });
  const checked = memoryPayloads((schema, value): PayloadCheck => {
    const validate = ajv.compile(JSON.parse(schema) as Json | boolean);
    if (validate(value)) return { kind: 'valid' };
    const problems = (validate.errors ?? []).map(({ instancePath, message = '' }) => ({
      pointer: instancePath,
      detail: message,
    }));
    return { kind: 'invalid', problems };
  });
  return {
    compile: (text) =>
      Promise.resolve(
        text.includes('"no-such-type"')
          ? { kind: 'refused', problems: [{ pointer: '/type', detail: 'is no type' }] }
          : { kind: 'accepted' },
      ),
    check: checked.check.bind(checked),
  };
}

async function documentOf(registry: Registry, identity: Identity): Promise<OpenApiDocument> {
  const app = createHttpApp({
    ...{
      registry,
      identity,
      authenticate: () => Promise.resolve(undefined),
      version: '1.2.3',
      onError: () => undefined,
    },
    health: { ready: () => Promise.resolve(true) },
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${String(port)}/openapi.json`);
    return (await response.json()) as OpenApiDocument;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

let made = 0;

/** A receiver that takes payloads with a whole number `passed`, or what `schema` says. */
export async function receiverIn(
  world: World,
  schema: unknown = { type: 'object', properties: { passed: { type: 'integer' } } },
): Promise<string> {
  made += 1;
  const body = { name: `r${String(made)}`, type: 'dev.example.tests', version: '1', description: 'tests', schema };
  const { status, json, text } = await world.ask('POST', '/api/v1/receivers', { body });
  if (status !== 201) throw new Error(text);
  return json['id'] as string;
}

/** A gate of these receivers. */
export async function groupIn(world: World, receiverIds: readonly string[], more: Json = {}): Promise<Json> {
  made += 1;
  const body = {
    ...{ name: `g${String(made)}`, type: 'dev.example.gate', version: '1', description: 'a gate' },
    ...{ event_receiver_ids: receiverIds, ...more },
  };
  const { status, json, text } = await world.ask('POST', '/api/v1/groups', { body });
  if (status !== 201) throw new Error(text);
  return json;
}

/** An event that is taken. */
export function event(receiverId: string, more: Json = {}): Json {
  return {
    ...{ name: 'payments', version: '2.4.1', release: '20261123.7', platform_id: 'linux-amd64', package: 'oci' },
    ...{ description: 'unit tests', payload: { passed: 812 }, success: true, event_receiver_id: receiverId, ...more },
  };
}

/** The pointers that a problem names, sorted. */
export function pointers({ json }: Pick<Got, 'json'>): readonly string[] {
  const errors = (json['errors'] ?? []) as readonly { readonly pointer: string }[];
  return errors.map(({ pointer }) => pointer).sort();
}

/** The parts of a problem that tests are about. */
export function refusal(got: Got): Json {
  return { status: got.status, code: got.json['code'], pointers: pointers(got) };
}
