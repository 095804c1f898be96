export { SERVER_OPTIONS, hardenServer } from './harden-server.js';
export { createHttpApp } from './http-app.js';
export { DEFAULT_LIMITS } from './limits.js';
export type { HttpLimits } from './limits.js';
export type { HealthChecks, HttpAppOptions, RegistryRouterOptions } from './options.js';
export { registryRouter } from './registry-router.js';
