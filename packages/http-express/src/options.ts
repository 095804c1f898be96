import type { Authenticate, Identity, Registry, SecurityMonitor } from '@xzepr/core';

import type { HttpLimits } from './limits.js';
import type { RateLimits } from './rate-limits.js';

/** @public What the REST API needs. */
export interface RegistryRouterOptions {
  readonly registry: Registry;
  /** Who holds the credential of `Authorization: Bearer` or `X-API-Key`. */
  readonly authenticate: Authenticate;
  readonly limits?: Partial<HttpLimits>;
  /** Users, signing in and the audit log: without it the API has no such routes. */
  readonly identity?: Identity;
  /** Without it nothing is limited. */
  readonly rateLimits?: RateLimits;
  /** Told of what the edge refuses. */
  readonly monitor?: SecurityMonitor;
  /** Where this server is reached, as `https://host[:port]`; needed to sign in through identity providers. */
  readonly publicUrl?: string;
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
  /**
   * Which proxies are believed when they say where a request came from: how many there are, or their addresses and networks.
   * None when left out.
   */
  readonly trustProxy?: number | readonly string[];
  /** Origins whose pages may read answers, as `https://host[:port]`; none when left out. */
  readonly origins?: readonly string[];
  /** Whether browsers are told to come by TLS only: true behind TLS. False when left out. */
  readonly strictTransport?: boolean;
  /** The public keys of access tokens as a JSON Web Key Set, for `/.well-known/jwks.json`. */
  readonly jwks?: () => unknown;
}

/** @public */
export interface HealthChecks {
  /** Whether requests can be served now. Must answer in time by itself. */
  ready(): Promise<boolean>;
}
