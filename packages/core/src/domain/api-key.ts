import type { ApiKeyId } from './ids.js';
import type { Role } from './permission.js';
import type { Timestamp } from './timestamp.js';

/**
 * What is kept of an API key: everything but the key.
 *
 * @public
 */
export interface ApiKey {
  readonly id: ApiKeyId;
  readonly name: string;
  readonly roles: readonly Role[];
  /** SHA-256 of the key, 64 lower-case hexadecimal digits. The key has 256 random bits, so no slower hash is needed. */
  readonly hash: string;
  readonly createdBy: string;
  readonly createdAt: Timestamp;
  /** From then on it opens nothing; undefined for never. */
  readonly expiresAt: Timestamp | undefined;
  readonly revokedAt: Timestamp | undefined;
}

/**
 * Whether the key still opens anything at `now`.
 *
 * @public
 */
export function isLive(key: ApiKey, now: Timestamp): boolean {
  return key.revokedAt === undefined && (key.expiresAt === undefined || now < key.expiresAt);
}
