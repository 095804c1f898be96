export { SERVER_OPTIONS, hardenServer } from './harden-server.js';
export { createHttpApp } from './http-app.js';
export { DEFAULT_LIMITS } from './limits.js';
export type { HttpLimits } from './limits.js';
export type { HealthChecks, HttpAppOptions, RegistryRouterOptions } from './options.js';
export { registryRouter } from './registry-router.js';
export { DEFAULT_RATE_TIERS } from './rate-limits.js';
export type { RateLimits, RateTiers } from './rate-limits.js';
