import { createServer } from 'node:http';
import type { Server } from 'node:http';

import { apiKeySecrets, jsonSchemas, sha256Digest, systemClock, ulidIds } from '@xzepr/adapters-node';
import { createRegistry } from '@xzepr/core';
import { SERVER_OPTIONS, createHttpApp, hardenServer } from '@xzepr/http-express';

import { firstKey } from './first-key.js';
import { errorFields, log } from './log.js';
import { makeReadiness } from './readiness.js';
import type { Settings } from './settings.js';
import { openStore } from './store.js';
import { VERSION } from './version.js';

/** The server, put together and not yet listening. */
export interface Composition {
  readonly server: Server;
  /** Migrates, finishes what a process that died has left, and resolves with the first admin key when one was made. */
  start(): Promise<string | undefined>;
  /** Lets what is under way end, then gives everything back. */
  stop(): Promise<void>;
}

const RECONCILE_MS = 2_000;
const FORGET_MS = 3_600_000;
const DRAIN_MS = 10_000;

export function compose(settings: Settings): Composition {
  const backend = openStore(settings);
  const payloads = jsonSchemas();
  const onBackgroundError = (error: unknown): void => {
    log('error', 'work in the background failed; it will be tried again', errorFields(error));
  };
  const registry = createRegistry({
    ...{ unitOfWork: backend.unitOfWork, reader: backend.reader, payloads, clock: systemClock, ids: ulidIds },
    ...{ digest: sha256Digest, secrets: apiKeySecrets, onBackgroundError },
  });
  let started = false;
  const readiness = makeReadiness(backend, () => started);
  const app = createHttpApp({
    ...{ registry, authenticate: registry.authenticateApiKey, health: readiness, limits: settings.limits },
    ...{ version: VERSION, docs: settings.docs },
    onError: (error, requestId) => {
      log('error', 'a request failed', { request_id: requestId, ...errorFields(error) });
    },
  });
  const server = createServer(SERVER_OPTIONS, app);
  hardenServer(server, settings.limits);
  const timers: NodeJS.Timeout[] = [];

  function every(ms: number, work: () => Promise<unknown>): void {
    timers.push(setInterval(() => void work().catch(onBackgroundError), ms).unref());
  }

  return {
    server,
    async start() {
      await backend.migrate();
      const key = await firstKey(registry, settings.bootstrap.adminKey);
      started = true;
      every(RECONCILE_MS, () => registry.reconcile());
      every(FORGET_MS, () => registry.forgetOldAnswers());
      return key;
    },
    async stop() {
      readiness.drain();
      timers.forEach(clearInterval);
      await drained(server);
      await registry.close();
      await payloads.close();
      await backend.close();
    },
  };
}

/** Connections that do nothing are closed at once, the others when they have their answer, or when their time is over. */
async function drained(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const late = setTimeout(() => {
    server.closeAllConnections();
  }, DRAIN_MS);
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  await closed;
  clearTimeout(late);
  clearInterval(idle);
}
