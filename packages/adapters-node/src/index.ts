export { apiKeySecrets } from './api-key-secrets.js';
export { argon2Passwords } from './argon2-passwords.js';
export type { Argon2PasswordsOptions } from './argon2-passwords.js';
export { jsonSchemas } from './json-schemas.js';
export type { JsonSchemas, JsonSchemasOptions } from './json-schemas.js';
export { secrets } from './secrets.js';
export { sha256Digest } from './sha256-digest.js';
export { systemClock } from './system-clock.js';
export { ulidIds } from './ulid-ids.js';
