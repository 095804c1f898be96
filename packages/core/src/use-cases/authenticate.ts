import { isLive } from '../domain/api-key.js';
import type { Principal } from '../domain/principal.js';
import { later } from '../domain/timestamp.js';
import type { Timestamp } from '../domain/timestamp.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { ApiKeyReader } from '../ports/registry-reader.js';

/**
 * Tells who holds a credential. Undefined when it opens nothing: unknown, expired or revoked, without saying which.
 *
 * @public
 */
export type Authenticate = (credential: string) => Promise<Principal | undefined>;

/** @internal */
export interface ApiKeyAuthenticator {
  readonly authenticate: Authenticate;
  /** Asks the store again about every key. */
  forget(): void;
}

/** @internal */
export interface ApiKeyAuthenticatorDeps {
  readonly reader: ApiKeyReader;
  readonly clock: Clock;
  readonly digest: Digest;
}

interface Known {
  readonly principal: Principal;
  readonly until: Timestamp;
}

const MAX_CREDENTIAL = 4_096;
const MAX_KNOWN = 10_000;
/** How long a key that was revoked through another process may still open something here. */
const TRUST_MS = 1_000;

/**
 * Finds an API key by its SHA-256, so that no comparison depends on the key itself. A key that is good is not asked for again
 * for a second.
 *
 * @internal
 */
export function makeApiKeyAuthenticator({ reader, clock, digest }: ApiKeyAuthenticatorDeps): ApiKeyAuthenticator {
  const known = new Map<string, Known>();
  let forgotten = 0;

  async function look(hash: string, now: Timestamp): Promise<Principal | undefined> {
    known.delete(hash);
    const before = forgotten;
    const key = await reader.findByHash(hash);
    if (key === undefined || !isLive(key, now)) return undefined;
    const principal: Principal = { id: key.id, kind: 'api_key', roles: key.roles };
    const trusted = later(now, TRUST_MS);
    const until = key.expiresAt !== undefined && key.expiresAt < trusted ? key.expiresAt : trusted;
    // What was read before a key was revoked must not be known after it.
    if (before !== forgotten) return principal;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(hash, { principal, until });
    return principal;
  }

  return {
    async authenticate(credential) {
      if (credential.length > MAX_CREDENTIAL) return undefined;
      const hash = digest.sha256(credential);
      const now = clock.now();
      const held = known.get(hash);
      return held !== undefined && now < held.until ? held.principal : look(hash, now);
    },
    forget() {
      forgotten += 1;
      known.clear();
    },
  };
}
