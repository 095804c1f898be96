import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  countingIds,
  countingSecrets,
  memoryBackend,
  memoryPayloads,
  sha256Digest,
  steppingClock,
} from '@xzepr/adapter-testkit';
import { StoreUnavailableError, createRegistry } from '@xzepr/core';
import type { PayloadCheck, PayloadSchemas, Principal, Registry, Role, UnitOfWork } from '@xzepr/core';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { SERVER_OPTIONS, createHttpApp, hardenServer } from '@xzepr/http-express';
import type { HttpLimits } from '@xzepr/http-express';
import { openApiCheck } from './openapi-check.js';
import type { OpenApiDocument, SeenAnswer } from './openapi-check.js';

export type Json = Readonly<Record<string, unknown>>;

/** What a request answered. */
export interface Got extends SeenAnswer {
  readonly json: Json;
}

export interface Asking {
  readonly as?: Role | 'nobody';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown;
}

/** A server with a registry in memory, and a client whose every answer is held against the OpenAPI document. */
export interface World {
  readonly url: string;
  readonly port: number;
  readonly registry: Registry;
  readonly document: OpenApiDocument;
  readonly server: Server;
  /** What the application told of faults of its own. */
  readonly errors: unknown[];
  readonly store: { down: boolean; rejects: boolean; held: Promise<void> | undefined };
  readonly health: { ready: boolean };
  ask(method: string, path: string, asking?: Asking): Promise<Got>;
  check(answer: SeenAnswer): void;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly limits?: Partial<HttpLimits>;
  readonly docs?: boolean;
}

/** A server on a free port of the loopback. */
export async function openWorld({ limits = {}, docs = true }: WorldOptions = {}): Promise<World> {
  const store: World['store'] = { down: false, rejects: false, held: undefined };
  const health = { ready: true };
  const errors: unknown[] = [];
  const registry = registryIn(store);
  const app = createHttpApp({
    ...{ registry, authenticate: authenticator(registry, store), limits, docs, version: '1.2.3' },
    health: { ready: () => Promise.resolve(health.ready) },
    onError: (error) => errors.push(error),
  });
  const server = createServer({ ...SERVER_OPTIONS, connectionsCheckingInterval: 50 }, app);
  hardenServer(server, limits);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}`;
  const document = await documentOf(registry);
  const check = openApiCheck(document);
  return {
    ...{ url, port, registry, document, server, errors, store, health, check },
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

async function asked(url: string, method: string, path: string, { as = 'admin', headers, body }: Asking): Promise<Got> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(as === 'nobody' ? {} : { authorization: `Bearer token-of-${as}` }),
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

function registryIn(store: World['store']): Registry {
  const backend = memoryBackend();
  const unitOfWork: UnitOfWork = {
    async run(scope, work) {
      if (store.held !== undefined) await store.held;
      if (store.down) throw new StoreUnavailableError();
      return backend.unitOfWork.run(scope, work);
    },
  };
  return createRegistry({
    ...{ unitOfWork, reader: backend.reader, payloads: schemas(), clock: steppingClock({ autoStepMs: 1 }) },
    ...{ ids: countingIds(), digest: sha256Digest(), secrets: countingSecrets() },
    onBackgroundError: (error) => {
      if (!store.down) throw error;
    },
  });
}

/** Roles come from the token; anything else is a key of the registry. */
function authenticator(
  registry: Registry,
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
    return tokens.get(credential) ?? registry.authenticateApiKey(credential);
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

async function documentOf(registry: Registry): Promise<OpenApiDocument> {
  const app = createHttpApp({
    ...{ registry, authenticate: () => Promise.resolve(undefined), version: '1.2.3', onError: () => undefined },
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
