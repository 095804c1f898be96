import { isLive } from '../domain/api-key.js';
import type { ApiKey } from '../domain/api-key.js';
import { parseId } from '../domain/ids.js';
import type { ApiKeyId, ReceiverId, UserId } from '../domain/ids.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Permission, Role } from '../domain/permission.js';
import { isAllowed } from '../domain/principal.js';
import type { Principal } from '../domain/principal.js';
import { securityEvent } from '../domain/security-event.js';
import type { SecurityEvent } from '../domain/security-event.js';
import { NAME_RULE, textProblems } from '../domain/text-rules.js';
import { later } from '../domain/timestamp.js';
import type { Timestamp } from '../domain/timestamp.js';
import {
  InvalidInputError,
  LastAdminError,
  NotFoundError,
  PermissionDeniedError,
  ReceiverUnknownError,
  UserUnknownError,
} from '../errors.js';
import type { ApiKeySecrets } from '../ports/api-key-secrets.js';
import type { Digest } from '../ports/digest.js';
import type { ApiKeyReader } from '../ports/registry-reader.js';
import type { Stores, UnitOfWork } from '../ports/unit-of-work.js';
import { USERS_CLAIM } from '../ports/user-store.js';
import type { Access } from './access.js';
import { beyond, endsLater, rightsProblems } from './api-key-rights.js';
import { keepAudit, reportKept } from './audit.js';
import type { AuditDeps } from './audit.js';
import { answered, makeOnce } from './once.js';
import type { Creation } from './once.js';
import { pageOf } from './paging.js';

/** @public An API key to be made. Nothing in it may be wider than what its maker may do. */
export interface ApiKeyInput {
  readonly name: string;
  /** At least one. */
  readonly roles: readonly string[];
  /** Narrows the key to these of what its roles allow. */
  readonly permissions?: readonly string[];
  /** Narrows the key to events for these receivers, 1 to 100. */
  readonly receiverIds?: readonly string[];
  /** Later than now; never when left out. */
  readonly expiresAt?: Timestamp;
  /** On whose behalf it acts; the maker's when left out. Another's, and one of nobody, takes `api_key:manage`. */
  readonly ownerId?: string;
}

/** @public A new API key, and the key itself, which is shown this once and kept nowhere. */
export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  readonly key: string;
}

/** @public API keys: with `api_key:create` one's own, with `api_key:manage` everyone's. */
export interface ApiKeyUseCases {
  readonly createApiKey: Creation<ApiKeyInput, CreatedApiKey>;
  /** In the order in which they were made, revoked and expired ones too. */
  listApiKeys(principal: Principal, page?: PageRequest): Promise<Page<ApiKey>>;
  /** Revoking again changes nothing. @throws NotFoundError there is none; LastAdminError it is the last that opens everything */
  revokeApiKey(principal: Principal, id: ApiKeyId): Promise<void>;
  /**
   * Another key in the place of the one before, which opens the same for `overlapSeconds` more (0 to 30 days).
   *
   * @throws NotFoundError there is none that is live; PermissionDeniedError it opens more than the principal may
   */
  rotateApiKey(principal: Principal, id: ApiKeyId, overlapSeconds: number): Promise<CreatedApiKey>;
}

/** @internal */
export interface ApiKeyUseCasesDeps extends AuditDeps {
  readonly unitOfWork: UnitOfWork;
  readonly reader: ApiKeyReader;
  readonly access: Access;
  readonly secrets: ApiKeySecrets;
  readonly digest: Digest;
  /** Called when a key opens less than before, after that was kept. */
  readonly onNarrowed: () => void;
}

const MAX_OVERLAP_SECONDS = 30 * 24 * 60 * 60;

/** @internal */
export function makeApiKeyUseCases(deps: ApiKeyUseCasesDeps): ApiKeyUseCases {
  const { unitOfWork, reader, access, digest, clock, secrets } = deps;
  return {
    createApiKey: makeOnce(deps)<ApiKeyInput, CreatedApiKey>(async (principal, input, claim) => {
      await expectKeys(access, principal, isOwn(principal, input));
      const key = secrets.generate();
      const apiKey = newApiKey(deps, principal, input, key);
      const events = [securityEvent('api_key.created', principal, apiKey.id, { roles: apiKey.roles.join(' ') })];
      const once = await unitOfWork.run(
        { sharedReceivers: apiKey.receiverIds ?? [], keys: claim === undefined ? [] : [claim.keyId] },
        (stores) =>
          answered(deps, claim, stores, async () => {
            await expectNamed(stores, apiKey);
            await stores.apiKeys.add(apiKey);
            await keepAudit(deps, stores, events);
            return { apiKey, key };
          }),
      );
      if (once.kind === 'done') reportKept(deps, events);
      return once;
    }),
    async listApiKeys(principal, page = {}) {
      await expectKeys(access, principal);
      const ownerId = isAllowed(principal, 'api_key:manage') ? undefined : principal.userId;
      if (ownerId === undefined && !isAllowed(principal, 'api_key:manage')) return { items: [], next: null };
      const spec = { name: 'api-keys', filters: [ownerId], keyOf: ({ id }: ApiKey) => id, parseKey: parseId<ApiKeyId> };
      return pageOf(digest, spec, page, (span) => reader.list(ownerId, span));
    },
    async revokeApiKey(principal, id) {
      await expectKeys(access, principal);
      const revokedAt = clock.now();
      await change(deps, principal, id, securityEvent('api_key.revoked', principal, id), (key) =>
        key.revokedAt === undefined ? { ...key, revokedAt } : key,
      );
    },
    async rotateApiKey(principal, id, overlapSeconds) {
      await expectKeys(access, principal);
      const now = clock.now();
      const until = later(now, checkedOverlap(overlapSeconds) * 1_000);
      const key = secrets.generate();
      const event = securityEvent('api_key.rotated', principal, id, { overlap_seconds: overlapSeconds });
      const apiKey = await change(deps, principal, id, event, (before) => {
        if (!isLive(before, now)) return undefined;
        expectCovered(deps, principal, before);
        return { ...before, hash: digest.sha256(key), previous: { hash: before.hash, until } };
      });
      return { apiKey, key };
    },
  };
}

/** Changes a key that is there and the principal's to change; `after` gives the same key to leave it. */
async function change(
  deps: ApiKeyUseCasesDeps,
  principal: Principal,
  id: ApiKeyId,
  event: SecurityEvent,
  after: (key: ApiKey) => ApiKey | undefined,
): Promise<ApiKey> {
  const { key, changed } = await deps.unitOfWork.run({ keys: [USERS_CLAIM] }, async (stores) => {
    const before = await stores.apiKeys.find(id);
    const wanted = before !== undefined && isFor(principal, before) ? after(before) : undefined;
    if (before === undefined || wanted === undefined) throw new NotFoundError('API key', id);
    if (wanted === before) return { key: before, changed: false };
    await stores.apiKeys.replace(wanted);
    await expectAdminLeft(stores, before);
    await keepAudit(deps, stores, [event]);
    return { key: wanted, changed: true };
  });
  if (changed) reportKept(deps, [event]);
  if (changed) deps.onNarrowed();
  return key;
}

/** Who has `api_key:manage` is asked for it: to them keys are everyone's. */
async function expectKeys(access: Access, principal: Principal, areOwn = true): Promise<void> {
  const manages = !areOwn || isAllowed(principal, 'api_key:manage');
  await access.expect(principal, manages ? 'api_key:manage' : 'api_key:create');
}

/** What would be nobody's is not one's own: a credential without a user must not leave keys behind that outlive it. */
function isOwn({ userId }: Principal, { ownerId = userId }: ApiKeyInput): boolean {
  return ownerId !== undefined && ownerId === userId;
}

function isFor(principal: Principal, { ownerId }: ApiKey): boolean {
  return isAllowed(principal, 'api_key:manage') || (ownerId !== undefined && ownerId === principal.userId);
}

/** Whoever rotates a key holds it afterwards. */
function expectCovered({ monitor }: ApiKeyUseCasesDeps, principal: Principal, key: ApiKey): void {
  const missing = beyond(principal, key);
  if (missing === undefined) return;
  monitor?.report(securityEvent('access.denied', principal, missing));
  throw new PermissionDeniedError(missing);
}

/** A key that opened everything for good may only go when someone else can still do everything. */
async function expectAdminLeft({ users }: Stores, before: ApiKey): Promise<void> {
  const isLasting =
    before.expiresAt === undefined && before.permissions === undefined && before.receiverIds === undefined;
  if (!before.roles.includes('admin') || !isLasting) return;
  if ((await users.countAdmins()) === 0) throw new LastAdminError();
}

function checkedOverlap(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_OVERLAP_SECONDS) return seconds;
  throw new InvalidInputError([
    { pointer: '/overlap_seconds', detail: `must be a whole number from 0 to ${String(MAX_OVERLAP_SECONDS)}` },
  ]);
}

function newApiKey(
  { clock, ids, digest }: ApiKeyUseCasesDeps,
  principal: Principal,
  input: ApiKeyInput,
  key: string,
): ApiKey {
  const { name, roles, permissions, receiverIds, expiresAt, ownerId = principal.userId } = input;
  const now = clock.now();
  const problems = [...textProblems({ name: [name, NAME_RULE] }), ...rightsProblems(principal, input)];
  const pointer = '/expires_at';
  if (expiresAt !== undefined && expiresAt <= now) problems.push({ pointer, detail: 'must be in the future' });
  else if (endsLater(principal, expiresAt))
    problems.push({ pointer, detail: 'must not be later than your own key ends' });
  if (problems.length > 0) throw new InvalidInputError(problems);
  return {
    ...{ id: ids.next() as ApiKeyId, name, roles: roles as readonly Role[], hash: digest.sha256(key) },
    ...{ permissions: permissions as readonly Permission[] | undefined, ownerId: ownerId as UserId | undefined },
    ...{ receiverIds: receiverIds as readonly ReceiverId[] | undefined, previous: undefined },
    ...{ createdBy: principal.id, createdAt: now, expiresAt, revokedAt: undefined, lastUsedAt: undefined },
  };
}

async function expectNamed(stores: Stores, { receiverIds = [], ownerId }: ApiKey): Promise<void> {
  const known = new Set((await stores.receivers.stamps(receiverIds)).map(({ id }) => id));
  const missing = receiverIds.flatMap((id, index) => (known.has(id) ? [] : [`/event_receiver_ids/${String(index)}`]));
  if (missing.length > 0) throw new ReceiverUnknownError(missing);
  if (ownerId !== undefined && (await stores.users.find(ownerId)) === undefined)
    throw new UserUnknownError('/owner_id');
}
