import { usernameFault, usernameKey } from '@xzepr/core';
import type { Span, UserFilter, UserId, UserReader } from '@xzepr/core';
import { sql } from 'kysely';

import { builder } from './builder.js';
import { optionalText, text, time, utc } from './rows.js';
import { where } from './search.js';
import type { SqlConnection, Unprepared } from './sql.js';
import { userColumns, userFrom } from './user-rows.js';

/** @internal */
export function postgresUserReader(connection: SqlConnection): UserReader {
  return {
    async find(id) {
      const [row] = await connection.query(FIND, [id]);
      return row && userFrom(row);
    },
    async findForSignIn(username) {
      if (usernameFault(username) !== undefined) return undefined;
      const [row] = await connection.query(FOR_SIGN_IN, [usernameKey(username)]);
      return row && { user: userFrom(row), passwordHash: optionalText(row, 'hash') };
    },
    async list(filter, span) {
      if (filter.username !== undefined && usernameFault(filter.username) !== undefined) return [];
      return (await connection.run(userSearch(filter, span))).map(userFrom);
    },
    async members(groupId, { after, limit }) {
      const rows = await connection.query(MEMBERS, [groupId, after ?? '', limit]);
      return rows.map((row) => ({
        userId: text(row, 'user_id') as UserId,
        addedBy: text(row, 'added_by'),
        addedAt: time(row, 'added_at'),
      }));
    },
    async holderOf({ userId, sessionId, tokenId }) {
      const [row] = await connection.query(HOLDER, [userId, sessionId, tokenId]);
      return row && userFrom(row);
    },
  };
}

function userSearch({ username, enabled }: UserFilter, { after, limit }: Span<UserId>): Unprepared {
  const conditions = [
    ...(username === undefined ? [] : [sql<boolean>`username_key = ${usernameKey(username)}`]),
    ...(enabled === undefined ? [] : [sql<boolean>`enabled = ${enabled}::boolean`]),
    sql<boolean>`id > ${after ?? ''}`,
  ];
  return sql`select ${sql.raw(userColumns())} from users ${where(conditions)} order by id limit ${limit}::integer`.compile(
    builder,
  );
}

const FIND = { name: 'user_read', text: `select ${userColumns()} from users where id = $1` };

const FOR_SIGN_IN = {
  name: 'user_for_sign_in',
  text: `select ${userColumns('users.')}, p.hash from users left join user_passwords p on p.user_id = users.id
    where username_key = $1`,
};

const MEMBERS = {
  name: 'group_members_read',
  text: `select user_id, added_by, ${utc('added_at')} as added_at from group_users
    where group_id = $1 and user_id > $2 order by user_id limit $3::integer`,
};

/**
 * Three probes by primary key, whatever the planner thinks of the other indexes. A session that has expired is good for the tokens
 * that came of it just before.
 */
const HOLDER = {
  name: 'user_holder',
  text: `select ${userColumns()} from users
    where id = $1 and id = (select user_id from sessions where sessions.id = $2 and revoked_at is null)
      and not exists (select from revoked_tokens where token_id = $3)`,
};
