export { apiKeySecrets } from './api-key-secrets.js';
export { jsonSchemas } from './json-schemas.js';
export type { JsonSchemas, JsonSchemasOptions } from './json-schemas.js';
export { memoryRateLimiter } from './memory-rate-limiter.js';
export type { MemoryRateLimiterOptions } from './memory-rate-limiter.js';
export { sha256Digest } from './sha256-digest.js';
export { systemClock } from './system-clock.js';
export { ulidIds } from './ulid-ids.js';
