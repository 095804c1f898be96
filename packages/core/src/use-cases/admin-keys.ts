import type { ApiKey } from '../domain/api-key.js';
import type { ApiKeyId } from '../domain/ids.js';
import { securityEvent } from '../domain/security-event.js';
import { InvalidInputError } from '../errors.js';
import type { ApiKeySecrets } from '../ports/api-key-secrets.js';
import type { Digest } from '../ports/digest.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { keepAudit, reportKept } from './audit.js';
import type { AuditDeps } from './audit.js';

/** @public Keys that open everything, for whoever runs the registry. No principal asks: it is not to be had from outside. */
export interface AdminKeyUseCases {
  /**
   * Makes sure that `key`, which an operator chose, opens everything. Does nothing when it is known. For the first start.
   *
   * @returns false when the key was there already
   * @throws InvalidInputError it is not 32 to 200 printable characters
   */
  installAdminKey(key: string): Promise<boolean>;
  /**
   * A first key that opens everything, when there is no key at all. Of several processes that ask at the same time one gets it.
   *
   * @returns the key, which is kept nowhere; undefined when there are keys
   */
  makeFirstAdminKey(): Promise<string | undefined>;
}

/** @internal */
export interface AdminKeyDeps extends AuditDeps {
  readonly unitOfWork: UnitOfWork;
  readonly secrets: ApiKeySecrets;
  readonly digest: Digest;
}

/** Claimed by whoever makes the first key. */
const FIRST_KEY = 'first admin key';
const ADMIN_KEY = /^[\x21-\x7e]{32,200}$/;

/** @internal */
export function makeAdminKeyUseCases(deps: AdminKeyDeps): AdminKeyUseCases {
  const { unitOfWork, secrets, digest, clock, ids } = deps;

  function adminKey(key: string): ApiKey {
    return {
      ...{ id: ids.next() as ApiKeyId, name: FIRST_KEY, roles: ['admin'], hash: digest.sha256(key) },
      ...{ permissions: undefined, receiverIds: undefined, ownerId: undefined, previous: undefined },
      ...{ createdBy: 'system', createdAt: clock.now() },
      ...{ expiresAt: undefined, revokedAt: undefined, lastUsedAt: undefined },
    };
  }

  async function add(key: string, onlyFirst: boolean): Promise<boolean> {
    const made = adminKey(key);
    const events = [securityEvent('api_key.created', undefined, made.id, { name: FIRST_KEY })];
    const added = await unitOfWork.run({ keys: [FIRST_KEY] }, async (stores) => {
      if (onlyFirst && (await stores.apiKeys.hasAny())) return false;
      if (!(await stores.apiKeys.add(made))) return false;
      await keepAudit(deps, stores, events);
      return true;
    });
    if (added) reportKept(deps, events);
    return added;
  }

  return {
    async installAdminKey(key) {
      if (ADMIN_KEY.test(key)) return add(key, false);
      throw new InvalidInputError([
        { pointer: '', detail: 'an admin key must be 32 to 200 printable ASCII characters' },
      ]);
    },
    async makeFirstAdminKey() {
      const key = secrets.generate();
      return (await add(key, true)) ? key : undefined;
    },
  };
}
