import type { Authenticate, Registry } from '@xzepr/core';

import type { HttpLimits } from './limits.js';

/** @public What the REST API needs. */
export interface RegistryRouterOptions {
  readonly registry: Registry;
  /** Who holds the credential of `Authorization: Bearer` or `X-API-Key`. */
  readonly authenticate: Authenticate;
  readonly limits?: Partial<HttpLimits>;
  /** Told of faults that a client cannot cause; the answer to the client is a bare 500. */
  readonly onError: (error: unknown, requestId: string) => void;
}

/** @public What the whole application needs. */
export interface HttpAppOptions extends RegistryRouterOptions {
  readonly health: HealthChecks;
  /** The version that the OpenAPI document names. */
  readonly version: string;
  /** Whether `/openapi.json` and `/docs` are there, for everyone; true when left out. */
  readonly docs?: boolean;
}

/** @public */
export interface HealthChecks {
  /** Whether requests can be served now. Must answer in time by itself. */
  ready(): Promise<boolean>;
}
