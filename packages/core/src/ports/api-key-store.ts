import type { ApiKey } from '../domain/api-key.js';
import type { ApiKeyId } from '../domain/ids.js';
import type { Timestamp } from '../domain/timestamp.js';

/**
 * API keys, as those who write see them.
 *
 * @public
 */
export interface ApiKeyStore {
  /** Adds a key; does nothing, and answers false, when one with its hash is there. */
  add(key: ApiKey): Promise<boolean>;
  /** Whether there is any key, revoked and expired ones too. */
  hasAny(): Promise<boolean>;
  /** Revokes a key unless it is revoked already; false when there is none. */
  revoke(id: ApiKeyId, at: Timestamp): Promise<boolean>;
}
