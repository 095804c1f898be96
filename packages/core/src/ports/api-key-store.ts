import type { ApiKey } from '../domain/api-key.js';
import type { ApiKeyId } from '../domain/ids.js';
import type { Timestamp } from '../domain/timestamp.js';

/**
 * API keys, as those who write see them.
 *
 * @public
 */
export interface ApiKeyStore {
  /** Adds a key; does nothing, and answers false, when one is there that has its hash, or had it before its last rotation. */
  add(key: ApiKey): Promise<boolean>;
  /** Whether there is any key, revoked and expired ones too. */
  hasAny(): Promise<boolean>;
  /** Undefined when there is none. Holds it until the unit of work ends. */
  find(id: ApiKeyId): Promise<ApiKey | undefined>;
  /** Puts `key` in the place of the one with its id. */
  replace(key: ApiKey): Promise<void>;
  /** Says when keys were last used; a time that is earlier than what is kept changes nothing. */
  touch(uses: readonly KeyUse[]): Promise<void>;
}

/** @public */
export interface KeyUse {
  readonly id: ApiKeyId;
  readonly at: Timestamp;
}
