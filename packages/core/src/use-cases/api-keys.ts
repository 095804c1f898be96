import type { ApiKey } from '../domain/api-key.js';
import { parseId } from '../domain/ids.js';
import type { ApiKeyId } from '../domain/ids.js';
import type { Page, PageRequest } from '../domain/page.js';
import { ROLES } from '../domain/permission.js';
import type { Role } from '../domain/permission.js';
import type { Principal } from '../domain/principal.js';
import type { Problem } from '../domain/problem.js';
import { NAME_RULE, textProblems } from '../domain/text-rules.js';
import type { Timestamp } from '../domain/timestamp.js';
import { InvalidInputError, NotFoundError } from '../errors.js';
import type { ApiKeySecrets } from '../ports/api-key-secrets.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { Ids } from '../ports/ids.js';
import type { ApiKeyReader } from '../ports/registry-reader.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { authorize } from './authorize.js';
import { answered, makeOnce } from './once.js';
import type { Creation } from './once.js';
import { pageOf } from './paging.js';

/** @public An API key to be made. */
export interface ApiKeyInput {
  readonly name: string;
  /** At least one. */
  readonly roles: readonly string[];
  /** Later than now; never when left out. */
  readonly expiresAt?: Timestamp;
}

/** @public A new API key, and the key itself, which is shown this once and kept nowhere. */
export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  readonly key: string;
}

/** @public API keys. */
export interface ApiKeyUseCases {
  readonly createApiKey: Creation<ApiKeyInput, CreatedApiKey>;
  /** In the order in which they were made, revoked and expired ones too. */
  listApiKeys(principal: Principal, page?: PageRequest): Promise<Page<ApiKey>>;
  /** Revoking again changes nothing. @throws NotFoundError there is none */
  revokeApiKey(principal: Principal, id: ApiKeyId): Promise<void>;
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
export interface ApiKeyUseCasesDeps {
  readonly unitOfWork: UnitOfWork;
  readonly reader: ApiKeyReader;
  readonly secrets: ApiKeySecrets;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly digest: Digest;
  /** Called when a key was revoked, after that was kept. */
  readonly onRevoked: () => void;
}

/** Claimed by whoever makes the first key. */
const FIRST_KEY = 'first admin key';
const ADMIN_KEY = /^[\x21-\x7e]{32,200}$/;

/** @internal */
export function makeApiKeyUseCases(deps: ApiKeyUseCasesDeps): ApiKeyUseCases {
  const { unitOfWork, reader, clock, ids, digest } = deps;

  function keyed(key: string, name: string, roles: readonly Role[], createdBy: string): ApiKey {
    const [createdAt, expiresAt, revokedAt] = [clock.now(), undefined, undefined];
    return {
      id: ids.next() as ApiKeyId,
      name,
      roles,
      hash: digest.sha256(key),
      createdBy,
      createdAt,
      expiresAt,
      revokedAt,
    };
  }

  return {
    createApiKey: makeOnce(deps)<ApiKeyInput, CreatedApiKey>(async (principal, input, claim) => {
      authorize(principal, 'api_key:manage');
      const problems = apiKeyProblems(input, clock.now());
      if (problems.length > 0) throw new InvalidInputError(problems);
      const key = deps.secrets.generate();
      const made = keyed(key, input.name, input.roles as readonly Role[], principal.id);
      const apiKey = { ...made, expiresAt: input.expiresAt };
      return unitOfWork.run({ keys: claim === undefined ? [] : [claim.keyId] }, (stores) =>
        answered(deps, claim, stores, async () => {
          await stores.apiKeys.add(apiKey);
          return { apiKey, key };
        }),
      );
    }),
    async listApiKeys(principal, page = {}) {
      authorize(principal, 'api_key:manage');
      const spec = { name: 'api-keys', filters: [], keyOf: ({ id }: ApiKey) => id, parseKey: parseId<ApiKeyId> };
      return pageOf(digest, spec, page, (span) => reader.list(span));
    },
    async revokeApiKey(principal, id) {
      authorize(principal, 'api_key:manage');
      const revoked = await unitOfWork.run({}, ({ apiKeys }) => apiKeys.revoke(id, clock.now()));
      if (!revoked) throw new NotFoundError('API key', id);
      deps.onRevoked();
    },
    async installAdminKey(key) {
      if (!ADMIN_KEY.test(key)) {
        throw new InvalidInputError([
          { pointer: '', detail: 'an admin key must be 32 to 200 printable ASCII characters' },
        ]);
      }
      return unitOfWork.run({}, ({ apiKeys }) => apiKeys.add(keyed(key, 'first admin key', ['admin'], 'system')));
    },
    async makeFirstAdminKey() {
      const key = deps.secrets.generate();
      return unitOfWork.run({ keys: [FIRST_KEY] }, async ({ apiKeys }) => {
        if (await apiKeys.hasAny()) return undefined;
        await apiKeys.add(keyed(key, 'first admin key', ['admin'], 'system'));
        return key;
      });
    },
  };
}

function apiKeyProblems({ name, roles, expiresAt }: ApiKeyInput, now: Timestamp): readonly Problem[] {
  const problems = [...textProblems({ name: [name, NAME_RULE] })];
  if (roles.length === 0) problems.push({ pointer: '/roles', detail: 'must name at least one role' });
  roles.forEach((role, index) => {
    const detail = roles.indexOf(role) === index ? `must be one of ${ROLES.join(', ')}` : 'is named twice';
    const fits = (ROLES as readonly string[]).includes(role) && roles.indexOf(role) === index;
    if (!fits) problems.push({ pointer: `/roles/${String(index)}`, detail });
  });
  if (expiresAt !== undefined && expiresAt <= now)
    problems.push({ pointer: '/expires_at', detail: 'must be in the future' });
  return problems;
}
