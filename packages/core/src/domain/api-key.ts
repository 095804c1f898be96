import type { ApiKeyId, ReceiverId, UserId } from './ids.js';
import type { Permission, Role } from './permission.js';
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
  /** Only these of what the roles allow; undefined for all of it. */
  readonly permissions: readonly Permission[] | undefined;
  /** Events may be posted to these receivers only; undefined for any. */
  readonly receiverIds: readonly ReceiverId[] | undefined;
  /** The user on whose behalf it acts: it opens nothing while they are disabled, and never more than they may. */
  readonly ownerId: UserId | undefined;
  /** SHA-256 of the key, 64 lower-case hexadecimal digits. The key has 256 random bits, so no slower hash is needed. */
  readonly hash: string;
  /** The key before the last rotation, which still opens the same for a while. */
  readonly previous: PreviousKey | undefined;
  readonly createdBy: string;
  readonly createdAt: Timestamp;
  /** From then on it opens nothing; undefined for never. */
  readonly expiresAt: Timestamp | undefined;
  readonly revokedAt: Timestamp | undefined;
  /** To the minute; undefined when it never was. */
  readonly lastUsedAt: Timestamp | undefined;
}

/** @public A key that has been replaced. */
export interface PreviousKey {
  readonly hash: string;
  readonly until: Timestamp;
}

/**
 * Whether the key whose hash is `hash` still opens anything at `now`.
 *
 * @public
 */
export function isLive(key: ApiKey, now: Timestamp, hash: string = key.hash): boolean {
  if (key.revokedAt !== undefined || (key.expiresAt !== undefined && now >= key.expiresAt)) return false;
  return hash === key.hash || (key.previous?.hash === hash && now < key.previous.until);
}
