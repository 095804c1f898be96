/* eslint-disable @typescript-eslint/require-await -- ports answer by promises: async makes one of what is at hand, and of what is thrown */
import { usernameFault, usernameKey } from '@xzepr/core';
import type { ApiKeyReader, AuditEntry, AuditFilter, AuditReader, User, UserReader } from '@xzepr/core';

import { spanOf } from './memory-rows.js';
import type { ReadTables } from './tables.js';

/** @internal */
export function memoryUserReader(tables: ReadTables): UserReader {
  return {
    async find(id) {
      return tables.users.get(id);
    },
    async findForSignIn(username) {
      for (const user of tables.users.values())
        if (isCalled(user, username)) return { user, passwordHash: tables.passwords.get(user.id) };
      return undefined;
    },
    async list({ username, enabled }, span) {
      const found = [...tables.users.values()].filter(
        (user) =>
          (username === undefined || isCalled(user, username)) && (enabled === undefined || user.enabled === enabled),
      );
      return spanOf(found, ({ id }) => id, span);
    },
    async members(groupId, span) {
      const found = [...tables.members.values()].filter((row) => row.groupId === groupId).map(({ member }) => member);
      return spanOf(found, ({ userId }) => userId, span);
    },
    async holderOf({ userId, sessionId, tokenId }) {
      const session = tables.sessions.get(sessionId);
      const isOver = session?.userId !== userId || session.revokedAt !== undefined;
      return isOver || tables.revokedTokens.get(tokenId) !== undefined ? undefined : tables.users.get(userId);
    },
  };
}

/** @internal */
export function memoryAuditReader(tables: ReadTables): AuditReader {
  return {
    async list(filter, span) {
      const found = [...tables.audit.values()].filter((entry) => fits(entry, filter));
      return spanOf(found, ({ id }) => id, span, 'desc');
    },
  };
}

/** @internal */
export function memoryApiKeyReader(tables: ReadTables): ApiKeyReader {
  return {
    async findByHash(hash) {
      const keys = [...tables.apiKeys.values()];
      return keys.find((key) => key.hash === hash) ?? keys.find(({ previous }) => previous?.hash === hash);
    },
    async list(ownerId, span) {
      const found = [...tables.apiKeys.values()].filter((key) => ownerId === undefined || key.ownerId === ownerId);
      return spanOf(found, ({ id }) => id, span);
    },
  };
}

/** What cannot be a username is nobody's, even where lower case makes one of it. */
function isCalled(user: User, username: string): boolean {
  return usernameFault(username) === undefined && usernameKey(user.username) === usernameKey(username);
}

function fits({ kind, actor, target, origin, at }: AuditEntry, filter: AuditFilter): boolean {
  const pairs = [
    [filter.kind, kind],
    [filter.actor, actor],
    [filter.target, target],
    [filter.address, origin.address],
  ];
  const isWithin = (filter.from === undefined || filter.from <= at) && (filter.to === undefined || at < filter.to);
  return isWithin && pairs.every(([wanted, value]) => wanted === undefined || wanted === value);
}
