/* eslint-disable @typescript-eslint/require-await -- ports answer by promises: async makes one of what is at hand, and of what is thrown */
import { StoreRejectedError, USERS_CLAIM, userClaim, usernameKey } from '@xzepr/core';
import type { ApiKey, MemberStore, User, UserId, UserStore } from '@xzepr/core';

import type { Run } from './run.js';
import type { Tables } from './tables.js';

/** @internal */
export function memoryUserStore({ tables, claims }: Run): UserStore {
  return {
    async find(id) {
      return tables.users.get(id);
    },
    async findByIdentity({ provider, subject }) {
      const id = tables.identities.get(identityKey(provider, subject));
      return id === undefined ? undefined : tables.users.get(id);
    },
    async add(user) {
      claims.key(USERS_CLAIM);
      for (const { id, username } of tables.users.values())
        if (usernameKey(username) === usernameKey(user.username)) return { kind: 'taken', by: id };
      tables.users.set(user.id, user);
      return { kind: 'added' };
    },
    async replace(user) {
      claims.key(USERS_CLAIM);
      tables.users.set(user.id, user);
    },
    async link(id, { provider, subject }) {
      claims.key(USERS_CLAIM);
      const key = identityKey(provider, subject);
      if (tables.identities.get(key) !== undefined) throw new StoreRejectedError();
      tables.identities.set(key, id);
    },
    async setPassword(id, hash) {
      claims.key(userClaim(id));
      tables.passwords.set(id, hash);
    },
    async countAdmins() {
      claims.key(USERS_CLAIM);
      const admins = [...tables.users.values()].filter(isAdmin).map(({ id }) => id);
      const linked = new Set(tables.identities.values());
      const people = admins.filter((id) => linked.has(id) || tables.passwords.get(id) !== undefined);
      return people.length + [...tables.apiKeys.values()].filter((key) => opensEverything(key, admins)).length;
    },
  };
}

/** @internal */
export function memoryMemberStore({ tables, claims }: Run): MemberStore {
  const change = (groupId: Parameters<MemberStore['add']>[0]): void => {
    tables.groups.get(groupId)?.receiverIds.forEach(claims.exclusiveReceiver);
  };
  return {
    async add(groupId, member) {
      change(groupId);
      const key = memberKey(groupId, member.userId);
      const kept = tables.members.get(key)?.member;
      if (kept === undefined) tables.members.set(key, { groupId, member });
      return { member: kept ?? member, added: kept === undefined };
    },
    async remove(groupId, userId) {
      change(groupId);
      const key = memberKey(groupId, userId);
      const wasThere = tables.members.get(key) !== undefined;
      tables.members.delete(key);
      return wasThere;
    },
    async groupsOf(userId, groupIds) {
      return [...new Set(groupIds)].filter((groupId) => tables.members.get(memberKey(groupId, userId)) !== undefined);
    },
  };
}

/** @internal Forgets the members of a group that is removed. */
export function forgetMembers(tables: Tables, groupId: string): void {
  for (const row of [...tables.members.values()])
    if (row.groupId === groupId) tables.members.delete(memberKey(row.groupId, row.member.userId));
}

function isAdmin({ enabled, roles }: User): boolean {
  return enabled && roles.includes('admin');
}

function opensEverything(key: ApiKey, admins: readonly UserId[]): boolean {
  const { roles, permissions, receiverIds, expiresAt, revokedAt, ownerId } = key;
  const isWhole = permissions === undefined && receiverIds === undefined && roles.includes('admin');
  const isLasting = expiresAt === undefined && revokedAt === undefined;
  return isWhole && isLasting && (ownerId === undefined || admins.includes(ownerId));
}

function identityKey(provider: string, subject: string): string {
  return JSON.stringify([provider, subject]);
}

function memberKey(groupId: string, userId: string): string {
  return `${groupId} ${userId}`;
}
