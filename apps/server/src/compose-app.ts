import type { Identity, Registry, SecurityMonitor } from '@xzepr/core';
import { createHttpApp } from '@xzepr/http-express';

import { rateTiers } from './limiting.js';
import type { SharedState } from './limiting.js';
import { errorFields, log } from './log.js';
import type { Readiness } from './readiness.js';
import type { Settings } from './settings/settings.js';
import type { ServedRing } from './signing-keys.js';
import { VERSION } from './version.js';

/** What the application is made of. */
export interface AppParts {
  readonly settings: Settings;
  readonly registry: Registry;
  readonly identity: Identity;
  readonly served: ServedRing;
  readonly shared: SharedState;
  readonly monitor: SecurityMonitor;
  readonly readiness: Readiness;
}

/** The HTTP application as the settings want it. */
export function composeApp(parts: AppParts): ReturnType<typeof createHttpApp> {
  const { settings, registry, identity, served, shared, monitor, readiness } = parts;
  const { limits, rateLimit, server, tls, origins, docs } = settings;
  return createHttpApp({
    ...{ registry, identity, authenticate: identity.authenticate, health: readiness, limits, monitor, origins, docs },
    ...{ version: VERSION, trustProxy: server.trustProxy, jwks: () => served.ring.jwks() },
    ...(rateLimit.enabled && { rateLimits: { limiter: shared.limiter, tiers: rateTiers(settings) } }),
    ...(server.publicUrl !== undefined && { publicUrl: server.publicUrl }),
    strictTransport: tls !== undefined || server.publicUrl?.startsWith('https:') === true,
    onError: (error, requestId) => {
      log('error', 'a request failed', { request_id: requestId, ...errorFields(error) });
    },
  });
}
