import { usernameKey } from '@xzepr/core';
import type { GroupId, MemberStore, User, UserId, UserStore } from '@xzepr/core';

import { flag, optionalText, text, time, utc, whole } from './rows.js';
import type { SqlConnection } from './sql.js';
import { userColumns, userFrom } from './user-rows.js';

/** @internal */
export function postgresUserStore(connection: SqlConnection): UserStore {
  return {
    async find(id) {
      const [row] = await connection.query(FIND, [id]);
      return row && userFrom(row);
    },
    async findByIdentity({ provider, subject }) {
      const [row] = await connection.query(FIND_BY_IDENTITY, [provider, subject]);
      return row && userFrom(row);
    },
    async add(user) {
      const { id, username, createdBy, createdAt } = user;
      const values = [id, username, usernameKey(username), ...changing(user), createdBy, createdAt];
      const [held] = await connection.query(ADD, values);
      const taken = held && optionalText(held, 'id');
      return taken === undefined ? { kind: 'added' } : { kind: 'taken', by: taken as UserId };
    },
    async replace(user) {
      await connection.query(REPLACE, [user.id, ...changing(user)]);
    },
    async link(id, { provider, subject }) {
      await connection.query(LINK, [provider, subject, id]);
    },
    async setPassword(id, hash, at) {
      await connection.query(SET_PASSWORD, [id, hash, at]);
    },
    async countAdmins() {
      const [row] = await connection.query(COUNT_ADMINS, []);
      return row === undefined ? 0 : whole(row, 'admins');
    },
  };
}

/** @internal */
export function postgresMemberStore(connection: SqlConnection): MemberStore {
  return {
    async add(groupId, { userId, addedBy, addedAt }) {
      const [row] = await connection.query(ADD_MEMBER, [groupId, userId, addedBy, addedAt]);
      if (row === undefined) throw new Error('a member was neither added nor there');
      const member = { userId, addedBy: text(row, 'added_by'), addedAt: time(row, 'added_at') };
      return { member, added: flag(row, 'added') };
    },
    async remove(groupId, userId) {
      return (await connection.query(REMOVE_MEMBER, [groupId, userId])).length > 0;
    },
    async groupsOf(userId, groupIds) {
      const rows = await connection.query(GROUPS_OF, [userId, [...groupIds]]);
      return rows.map((row) => text(row, 'group_id') as GroupId);
    },
  };
}

/** What a change may put in another's place. */
function changing({ displayName, email, roles, rolesSetHere, enabled, resourceVersion, updatedAt }: User): unknown[] {
  return [displayName, email ?? null, [...roles], rolesSetHere, enabled, resourceVersion, updatedAt];
}

const FIND = { name: 'user_find', text: `select ${userColumns()} from users where id = $1` };

const FIND_BY_IDENTITY = {
  name: 'user_find_by_identity',
  text: `select ${userColumns('users.')} from user_identities i join users on users.id = i.user_id
    where i.provider = $1 and i.subject = $2`,
};

/** As for receivers: answers with the one that has the name already. */
const ADD = {
  name: 'user_add',
  text: `insert into users as held (id, username, username_key, display_name, email, roles, roles_set_here, enabled,
      resource_version, updated_at, created_by, created_at)
    values ($1, $2, $3, $4, $5, $6::text[], $7::boolean, $8::boolean, $9::integer, $10::timestamptz, $11, $12::timestamptz)
    on conflict (username_key) do update set username = held.username
    returning case when held.id <> $1 then held.id end as id`,
};

const REPLACE = {
  name: 'user_replace',
  text: `update users set display_name = $2, email = $3, roles = $4::text[], roles_set_here = $5::boolean,
    enabled = $6::boolean, resource_version = $7::integer, updated_at = $8::timestamptz where id = $1`,
};

const LINK = {
  name: 'user_link',
  text: 'insert into user_identities (provider, subject, user_id) values ($1, $2, $3)',
};

const SET_PASSWORD = {
  name: 'user_set_password',
  text: `insert into user_passwords (user_id, hash, set_at) values ($1, $2, $3::timestamptz)
    on conflict (user_id) do update set hash = excluded.hash, set_at = excluded.set_at`,
};

/** Keys whose owner is no administrator open no more than their owner may. */
const COUNT_ADMINS = {
  name: 'user_count_admins',
  text: `with admins as (select id from users where enabled and roles @> '{admin}')
    select ((select count(*) from admins a where exists (select from user_passwords where user_id = a.id)
          or exists (select from user_identities where user_id = a.id))
      + (select count(*) from api_keys k where k.revoked_at is null and k.expires_at is null and k.roles @> '{admin}'
          and k.permissions is null and k.receiver_ids is null
          and (k.owner_id is null or k.owner_id in (select id from admins))))::integer as admins`,
};

const ADD_MEMBER = {
  name: 'member_add',
  text: `with fresh as (
      insert into group_users (group_id, user_id, added_by, added_at) values ($1, $2, $3, $4::timestamptz)
      on conflict (group_id, user_id) do nothing returning added_by, added_at
    )
    select added_by, ${utc('added_at')} as added_at, true as added from fresh
    union all
    select added_by, ${utc('added_at')}, false from group_users
      where group_id = $1 and user_id = $2 and not exists (select from fresh)`,
};

const REMOVE_MEMBER = {
  name: 'member_remove',
  text: 'delete from group_users where group_id = $1 and user_id = $2 returning user_id',
};

const GROUPS_OF = {
  name: 'member_groups_of',
  text: 'select group_id from group_users where user_id = $1 and group_id = any($2::text[])',
};
