import type { Server } from 'node:http';

import { apiKeySecrets, jsonSchemas, sha256Digest, systemClock, ulidIds } from '@xzepr/adapters-node';
import { createRegistry, securityEvent } from '@xzepr/core';
import { hardenServer } from '@xzepr/http-express';
import { securityMonitor } from '@xzepr/observability';

import { composeApp } from './compose-app.js';
import { composeIdentity } from './compose-identity.js';
import { drained } from './drain.js';
import { firstKey } from './first-key.js';
import { internalServer } from './internal-server.js';
import { sharedState } from './limiting.js';
import { errorFields, log, securityLine } from './log.js';
import { policyOf } from './policy.js';
import { makeReadiness } from './readiness.js';
import type { Settings } from './settings/settings.js';
import { RELOAD_MS } from './signing-keys.js';
import { openStore } from './store.js';
import { createServer } from './tls.js';
import { VERSION } from './version.js';

/** The server, put together and not yet listening. */
export interface Composition {
  readonly server: Server;
  /** For operators alone: what else there is to know of the server. */
  readonly internal: Server;
  /** Migrates, finishes what a process that died has left, and resolves with the first admin key when one was made. */
  start(): Promise<string | undefined>;
  /** Lets what is under way end, then gives everything back. */
  stop(): Promise<void>;
}

const RECONCILE_MS = 2_000;
const FORGET_MS = 3_600_000;

export function compose(settings: Settings): Composition {
  const backend = openStore(settings);
  const shared = sharedState(settings);
  const payloads = jsonSchemas();
  const { unitOfWork, reader } = backend;
  const onBackgroundError = (error: unknown): void => {
    log('error', 'work in the background failed; it will be tried again', errorFields(error));
  };
  const monitor = securityMonitor({
    ...{ unitOfWork, clock: systemClock, ids: ulidIds, log: securityLine, onError: onBackgroundError },
    nowMs: () => performance.now(),
  });
  const policy = policyOf(settings);
  const registry = createRegistry({
    ...{ unitOfWork, reader, payloads, clock: systemClock, ids: ulidIds, digest: sha256Digest, secrets: apiKeySecrets },
    ...{ monitor, onBackgroundError, ...(shared.signals !== undefined && { signals: shared.signals }) },
    ...(policy !== undefined && { policy }),
  });
  const { identity, served } = composeIdentity({ settings, backend, registry, shared, monitor, policy });
  let started = false;
  const readiness = makeReadiness(backend, () => started);
  const app = composeApp({ settings, registry, identity, served, shared, monitor, readiness });
  const { server, close: closeTls } = createServer(app, settings.tls);
  hardenServer(server, settings.limits);
  const internal = internalServer({ readiness, monitor, redis: shared.redis });
  const timers: NodeJS.Timeout[] = [];

  function every(ms: number, work: () => Promise<unknown>): void {
    timers.push(setInterval(() => void work().catch(onBackgroundError), ms).unref());
  }

  return {
    ...{ server, internal },
    async start() {
      await backend.migrate();
      const key = await firstKey(registry, settings.bootstrap.adminKey);
      await served.reload();
      const { environment, digest } = settings;
      monitor.report(securityEvent('settings.loaded', undefined, VERSION, { environment, digest }));
      started = true;
      every(RECONCILE_MS, () => registry.reconcile());
      every(RELOAD_MS, () => served.reload());
      every(FORGET_MS, () => registry.forgetOldAnswers());
      every(FORGET_MS, () => identity.forgetExpired());
      return key;
    },
    async stop() {
      readiness.drain();
      timers.forEach(clearInterval);
      await Promise.all([drained(server), drained(internal)]);
      closeTls();
      await registry.close();
      await monitor.flush();
      await payloads.close();
      await shared.close();
      await backend.close();
    },
  };
}
