import { isLive } from '../domain/api-key.js';
import type { ApiKey } from '../domain/api-key.js';
import type { ApiKeyId } from '../domain/ids.js';
import { grantedTo } from '../domain/principal.js';
import type { Principal } from '../domain/principal.js';
import { unixMs } from '../domain/timestamp.js';
import type { Timestamp } from '../domain/timestamp.js';
import type { User } from '../domain/user.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { IdentitySignals } from '../ports/identity-signals.js';
import type { ApiKeyReader, UserReader } from '../ports/registry-reader.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { knownHolders } from './known-holders.js';
import type { Holder } from './known-holders.js';

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
  readonly forget: () => void;
  /** Resolves when everything that was to be written down has been. */
  readonly settled: () => Promise<void>;
}

/** @internal */
export interface ApiKeyAuthenticatorDeps {
  readonly unitOfWork: UnitOfWork;
  readonly reader: { readonly apiKeys: ApiKeyReader; readonly users: Pick<UserReader, 'find'> };
  readonly clock: Clock;
  readonly digest: Digest;
  readonly signals: IdentitySignals | undefined;
  readonly onBackgroundError: (error: unknown) => void;
}

const MAX_CREDENTIAL = 4_096;
/** A key's last use is written down once in so long. */
const NOTED_MS = 60_000;
const MAX_NOTED = 10_000;

/**
 * Finds an API key by its SHA-256, so that no comparison depends on the key itself. A key that is good is not asked for again
 * for a second.
 *
 * @internal
 */
export function makeApiKeyAuthenticator(deps: ApiKeyAuthenticatorDeps): ApiKeyAuthenticator {
  const { reader, clock, digest } = deps;
  const holders = knownHolders(deps.signals);
  const uses = noteOfUses(deps);

  async function holderOf(hash: string, now: Timestamp): Promise<Holder | undefined> {
    const key = await reader.apiKeys.findByHash(hash);
    if (key === undefined || !isLive(key, now, hash)) return undefined;
    const owner = key.ownerId === undefined ? undefined : await reader.users.find(key.ownerId);
    if (key.ownerId !== undefined && owner?.enabled !== true) return undefined;
    uses.note(key, now);
    const expiresAt = endOf(key, hash);
    return { principal: principalOf(key, owner, expiresAt), expiresAt };
  }

  return {
    async authenticate(credential) {
      if (credential.length > MAX_CREDENTIAL) return undefined;
      const hash = digest.sha256(credential);
      const now = clock.now();
      return holders.get(hash, now, () => holderOf(hash, now));
    },
    forget: holders.forget,
    settled: uses.settled,
  };
}

/** When what has this hash stops opening anything. */
function endOf({ hash: own, previous, expiresAt }: ApiKey, hash: string): Timestamp | undefined {
  const ends = [expiresAt, hash === own ? undefined : previous?.until];
  return ends.filter((end) => end !== undefined).sort()[0];
}

/** A key opens no more than its owner may, as they are now. */
function principalOf(key: ApiKey, owner: User | undefined, endsAt: Timestamp | undefined): Principal {
  const { id, roles, permissions, receiverIds } = key;
  const principal: Principal = {
    ...{ id, kind: 'api_key', roles },
    ...(permissions !== undefined && { permissions }),
    ...(receiverIds !== undefined && { receiverIds }),
    ...(endsAt !== undefined && { endsAt }),
  };
  if (owner === undefined) return principal;
  const granted = grantedTo({ id: owner.id, kind: 'user', roles: owner.roles });
  const own = grantedTo(principal).filter((permission) => granted.includes(permission));
  return { ...principal, permissions: own, userId: owner.id };
}

/** Writes down when a key was used, in the background and seldom: nobody waits for it. */
function noteOfUses({ unitOfWork, onBackgroundError }: ApiKeyAuthenticatorDeps) {
  const noted = new Map<ApiKeyId, number>();
  const underWay = new Set<Promise<void>>();
  return {
    note: ({ id, lastUsedAt }: ApiKey, now: Timestamp): void => {
      const at = unixMs(now);
      const before = Math.max(noted.get(id) ?? 0, lastUsedAt === undefined ? 0 : unixMs(lastUsedAt));
      if (at - before < NOTED_MS) return;
      if (noted.size >= MAX_NOTED) noted.clear();
      noted.set(id, at);
      const written = unitOfWork
        .run({}, ({ apiKeys }) => apiKeys.touch([{ id, at: now }]))
        .catch(onBackgroundError)
        .finally(() => underWay.delete(written));
      underWay.add(written);
    },
    settled: async (): Promise<void> => {
      await Promise.all(underWay);
    },
  };
}
