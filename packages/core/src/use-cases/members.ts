import type { Group } from '../domain/group.js';
import { parseId } from '../domain/ids.js';
import type { GroupId, UserId } from '../domain/ids.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import { securityEvent } from '../domain/security-event.js';
import type { SecurityEvent } from '../domain/security-event.js';
import { InvalidInputError, NotFoundError, UserUnknownError, VersionStaleError } from '../errors.js';
import type { Digest } from '../ports/digest.js';
import type { GroupReader, UserReader } from '../ports/registry-reader.js';
import type { Stores, UnitOfWork } from '../ports/unit-of-work.js';
import type { KeptMember, Member } from '../ports/user-store.js';
import type { Access } from './access.js';
import { keepAudit, reportKept } from './audit.js';
import type { AuditDeps } from './audit.js';
import { expectOwner } from './guards.js';
import { pageOf } from './paging.js';

/** @public Who may post to the receivers of a group that is for members only. Its owner and administrators change that. */
export interface MemberUseCases {
  /**
   * The member, who may have been one before.
   *
   * @throws UserUnknownError there is no such user; NotAMemberError the principal is neither owner nor administrator
   */
  addMember(principal: Principal, groupId: GroupId, userId: string): Promise<KeptMember>;
  /** @throws NotFoundError they are none; NotAMemberError as for adding */
  removeMember(principal: Principal, groupId: GroupId, userId: UserId): Promise<void>;
  /** By user id. */
  listMembers(principal: Principal, groupId: GroupId, page?: PageRequest): Promise<Page<Member>>;
}

/** @internal */
export interface MemberUseCasesDeps extends AuditDeps {
  readonly unitOfWork: UnitOfWork;
  readonly reader: { readonly groups: GroupReader; readonly users: Pick<UserReader, 'members'> };
  readonly access: Access;
  readonly digest: Digest;
}

/** @internal */
export function makeMemberUseCases(deps: MemberUseCasesDeps): MemberUseCases {
  const { unitOfWork, reader, access, digest, clock } = deps;

  async function groupFor(principal: Principal, groupId: GroupId): Promise<Group> {
    await access.expect(principal, 'group:update', { groupId });
    const group = await existing(reader.groups, groupId);
    expectOwner(principal, group);
    return group;
  }

  /** All receivers are claimed: who posts to one of them meets the member there or gone, never halfway. */
  async function change<T>(
    group: Group,
    event: SecurityEvent,
    isChange: (done: T) => boolean,
    work: (stores: Stores) => Promise<T>,
  ): Promise<T> {
    const done = await unitOfWork.run({ exclusiveReceivers: group.receiverIds }, async (stores) => {
      const current = await stores.groups.find(group.id);
      if (current === undefined) throw new NotFoundError('group', group.id);
      if (current.receiverIds.join() !== group.receiverIds.join()) throw new VersionStaleError(current.resourceVersion);
      const result = await work(stores);
      if (isChange(result)) await keepAudit(deps, stores, [event]);
      return result;
    });
    if (isChange(done)) reportKept(deps, [event]);
    return done;
  }

  return {
    async addMember(principal, groupId, userId) {
      const group = await groupFor(principal, groupId);
      const id = parseId<UserId>(userId);
      if (id === undefined)
        throw new InvalidInputError([{ pointer: '/user_id', detail: 'must be a ULID in upper case' }]);
      const member = { userId: id, addedBy: principal.id, addedAt: clock.now() };
      const event = securityEvent('group.member_added', principal, groupId, { user: id });
      return change(
        group,
        event,
        ({ added }) => added,
        async ({ users, members }) => {
          if ((await users.find(id)) === undefined) throw new UserUnknownError('/user_id');
          return members.add(groupId, member);
        },
      );
    },
    async removeMember(principal, groupId, userId) {
      const group = await groupFor(principal, groupId);
      const event = securityEvent('group.member_removed', principal, groupId, { user: userId });
      const removed = await change(group, event, Boolean, ({ members }) => members.remove(groupId, userId));
      if (!removed) throw new NotFoundError('member', userId);
    },
    async listMembers(principal, groupId, page = {}) {
      await access.expect(principal, 'group:read', { groupId });
      await existing(reader.groups, groupId);
      const spec = {
        ...{ name: 'members', filters: [groupId] },
        ...{ keyOf: ({ userId }: Member) => userId, parseKey: parseId<UserId> },
      };
      return pageOf(digest, spec, page, (span) => reader.users.members(groupId, span));
    },
  };
}

async function existing(groups: GroupReader, id: GroupId): Promise<Group> {
  const group = await groups.find(id);
  if (group === undefined) throw new NotFoundError('group', id);
  return group;
}
