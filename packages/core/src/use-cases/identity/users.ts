import { parseId } from '../../domain/ids.js';
import type { UserId } from '../../domain/ids.js';
import type { Role } from '../../domain/permission.js';
import type { Principal } from '../../domain/principal.js';
import { securityEvent } from '../../domain/security-event.js';
import type { SecurityEvent } from '../../domain/security-event.js';
import type { User } from '../../domain/user.js';
import { usernameKey } from '../../domain/user.js';
import { InvalidInputError, NotFoundError, UserExistsError } from '../../errors.js';
import type { Digest } from '../../ports/digest.js';
import type { PasswordHasher } from '../../ports/password-hasher.js';
import type { UserReader } from '../../ports/registry-reader.js';
import type { Stores, UnitOfWork } from '../../ports/unit-of-work.js';
import { USERS_CLAIM, userClaim } from '../../ports/user-store.js';
import type { Access } from '../access.js';
import { keepAudit, reportKept } from '../audit.js';
import type { AuditDeps } from '../audit.js';
import { answered, makeOnce } from '../once.js';
import { pageOf } from '../paging.js';
import { expectVersion } from '../registry-writes.js';
import { expectAdminLeft } from './admins.js';
import type { UserChange, UserInput, UserUseCases } from './identity.js';
import { changeProblems, userProblems } from './user-input.js';

/** @internal */
export interface UserUseCasesDeps extends AuditDeps {
  readonly unitOfWork: UnitOfWork;
  readonly reader: UserReader;
  readonly access: Access;
  readonly passwords: PasswordHasher;
  readonly digest: Digest;
  /** Called when someone's standing has changed, after that was kept. */
  readonly onStandingChanged: () => Promise<void>;
}

/** @internal */
export function makeUserUseCases(deps: UserUseCasesDeps): UserUseCases {
  const { unitOfWork, reader, access, passwords, digest } = deps;
  return {
    createUser: makeOnce(deps)<UserInput, User>(async (principal, input, claim) => {
      await access.expect(principal, 'user:manage');
      const problems = userProblems(input, passwords);
      if (problems.length > 0) throw new InvalidInputError(problems);
      const user = newUser(deps, principal, input);
      const hash = input.password === undefined ? undefined : await passwords.hash(input.password);
      const events = [securityEvent('user.created', principal, user.id, { roles: user.roles.join(' ') })];
      const keys = [USERS_CLAIM, userClaim(user.id), ...(claim === undefined ? [] : [claim.keyId])];
      const once = await unitOfWork.run({ keys }, (stores) =>
        answered(deps, claim, stores, async () => {
          await addUser(stores, user);
          if (hash !== undefined) await stores.users.setPassword(user.id, hash, user.createdAt);
          await keepAudit(deps, stores, events);
          return user;
        }),
      );
      if (once.kind === 'done') reportKept(deps, events);
      return once;
    }),
    async getUser(principal, id) {
      await access.expect(principal, 'user:manage');
      return existing(await reader.find(id), id);
    },
    async listUsers(principal, filter, page = {}) {
      await access.expect(principal, 'user:manage');
      const { username, enabled } = filter;
      const filters = [username === undefined ? undefined : usernameKey(username), enabled];
      const spec = { name: 'users', filters, keyOf: ({ id }: User) => id, parseKey: parseId<UserId> };
      return pageOf(digest, spec, page, (span) => reader.list(filter, span));
    },
    async changeUser(principal, id, change, expected) {
      await access.expect(principal, 'user:manage');
      const { username } = existing(await reader.find(id), id);
      const problems = changeProblems(change, username, passwords);
      if (problems.length > 0) throw new InvalidInputError(problems);
      const hash = change.password === undefined ? undefined : await passwords.hash(change.password);
      const { user, events } = await unitOfWork.run({ keys: [USERS_CLAIM, userClaim(id)] }, (stores) =>
        changed(deps, stores, { principal, id, change, hash, expected }),
      );
      reportKept(deps, events);
      if (events.length > 0) await deps.onStandingChanged();
      return user;
    },
  };
}

/** @throws UserExistsError the username is taken */
async function addUser({ users }: Stores, user: User): Promise<void> {
  const addition = await users.add(user);
  if (addition.kind === 'taken') throw new UserExistsError(addition.by);
}

function existing(user: User | undefined, id: UserId): User {
  if (user === undefined) throw new NotFoundError('user', id);
  return user;
}

function newUser({ clock, ids }: AuditDeps, principal: Principal, input: UserInput): User {
  const now = clock.now();
  const { username, displayName = '', email, roles } = input;
  return {
    ...{ id: ids.next() as UserId, username, displayName, email, roles: roles as readonly Role[] },
    ...{ rolesSetHere: true, enabled: true, resourceVersion: 1 },
    ...{ createdBy: principal.id, createdAt: now, updatedAt: now },
  };
}

interface Changing {
  readonly principal: Principal;
  readonly id: UserId;
  readonly change: UserChange;
  readonly hash: string | undefined;
  readonly expected: number | undefined;
}

async function changed(
  deps: UserUseCasesDeps,
  stores: Stores,
  { principal, id, change, hash, expected }: Changing,
): Promise<{ readonly user: User; readonly events: readonly SecurityEvent[] }> {
  const before = existing(await stores.users.find(id), id);
  expectVersion(before, expected);
  const wanted = afterChange(before, change);
  const events = eventsOf(principal, before, wanted, hash !== undefined);
  if (events.length === 0) return { user: before, events };
  const now = deps.clock.now();
  const user = { ...wanted, resourceVersion: before.resourceVersion + 1, updatedAt: now };
  await stores.users.replace(user);
  if (hash !== undefined) await stores.users.setPassword(id, hash, now);
  if (hash !== undefined || !user.enabled) await stores.sessions.endAllOf(id, now);
  await expectAdminLeft(stores, before, user);
  await keepAudit(deps, stores, events);
  return { user, events };
}

/** Roles that an administrator sets stay, whatever a provider says later. */
function afterChange(before: User, { displayName, email, roles, enabled }: UserChange): User {
  return {
    ...before,
    ...(displayName !== undefined && { displayName }),
    ...(email !== undefined && { email: email ?? undefined }),
    ...(roles !== undefined && { roles: roles as readonly Role[], rolesSetHere: true }),
    ...(enabled !== undefined && { enabled }),
  };
}

function eventsOf(principal: Principal, before: User, after: User, newPassword: boolean): readonly SecurityEvent[] {
  const events: SecurityEvent[] = [];
  const say = (kind: SecurityEvent['kind'], detail: SecurityEvent['detail'] = {}): void => {
    events.push(securityEvent(kind, principal, before.id, detail));
  };
  const [from, to] = [before.roles.join(' '), after.roles.join(' ')];
  if (from !== to || before.rolesSetHere !== after.rolesSetHere) say('user.roles_changed', { from, to });
  if (before.enabled !== after.enabled) say(after.enabled ? 'user.enabled' : 'user.disabled');
  if (newPassword) say('user.password_changed');
  if (before.displayName !== after.displayName || before.email !== after.email) say('user.changed');
  return events;
}
