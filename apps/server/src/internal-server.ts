import { createServer } from 'node:http';
import type { Server } from 'node:http';

import type { RedisConnection } from '@xzepr/adapters-redis';
import type { WatchingMonitor } from '@xzepr/observability';

import type { Readiness } from './readiness.js';

/** What the internal listener tells of. */
export interface InternalParts {
  readonly readiness: Readiness;
  readonly monitor: WatchingMonitor;
  readonly redis: RedisConnection | undefined;
}

/** A listener for operators, on an address that nobody else reaches: `GET /health/detailed`. */
export function internalServer(parts: InternalParts): Server {
  return createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/health/detailed') {
      response.writeHead(404).end();
      return;
    }
    detailed(parts).then(
      (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`),
      () => response.writeHead(500).end(),
    );
  });
}

/** Redis and the security monitor make it worse, only the store makes it unavailable. */
async function detailed({ readiness, monitor, redis }: InternalParts): Promise<Readonly<Record<string, unknown>>> {
  const [isReady, security, health] = [await readiness.ready(), monitor.state(), redis?.health()];
  const components = {
    store: { status: isReady ? 'ok' : 'unavailable' },
    security: security,
    ...(health !== undefined && { redis: { status: health.kind === 'up' ? 'ok' : 'degraded' } }),
  };
  const isWorse = Object.values(components).some(({ status }) => status === 'degraded');
  return { status: isReady ? (isWorse ? 'degraded' : 'ok') : 'unavailable', components };
}
