import type { ApiKey, ApiKeyId, ApiKeyReader, ApiKeyStore, Permission, ReceiverId, Role, UserId } from '@xzepr/core';

import { optionalText, optionalTime, text, texts, time, utc } from './rows.js';
import type { Row, SqlConnection } from './sql.js';

/** @internal */
export function postgresApiKeyStore(connection: SqlConnection): ApiKeyStore {
  return {
    async add(key) {
      return (await connection.query(ADD, valuesOf(key))).length > 0;
    },
    async hasAny() {
      return (await connection.query(ANY, [])).length > 0;
    },
    async find(id) {
      const [row] = await connection.query(HOLD, [id]);
      return row && apiKeyFrom(row);
    },
    async replace(key) {
      await connection.query(REPLACE, valuesOf(key));
    },
    async touch(uses) {
      await connection.query(TOUCH, [uses.map(({ id }) => id), uses.map(({ at }) => at)]);
    },
  };
}

/** @internal */
export function postgresApiKeyReader(connection: SqlConnection): ApiKeyReader {
  return {
    async findByHash(hash) {
      const [row] = await connection.query(FIND, [hash]);
      return row && apiKeyFrom(row);
    },
    async list(ownerId, { after, limit }) {
      const rows =
        ownerId === undefined
          ? await connection.query(LIST, [after ?? '', limit])
          : await connection.query(LIST_OF, [after ?? '', limit, ownerId]);
      return rows.map(apiKeyFrom);
    },
  };
}

function valuesOf(key: ApiKey): readonly unknown[] {
  const { id, name, roles, hash, createdBy, createdAt, permissions, receiverIds } = key;
  return [
    ...[id, name, [...roles], hash, createdBy, createdAt, ...orNull(key.expiresAt, key.revokedAt)],
    ...[listed(permissions), listed(receiverIds)],
    ...orNull(key.ownerId, key.previous?.hash, key.previous?.until, key.lastUsedAt),
  ];
}

function orNull(...values: readonly (string | undefined)[]): readonly (string | null)[] {
  return values.map((value) => value ?? null);
}

function listed(names: readonly string[] | undefined): readonly string[] | null {
  return names === undefined ? null : [...names];
}

function apiKeyFrom(row: Row): ApiKey {
  const [previousHash, previousUntil] = [optionalText(row, 'previous_hash'), optionalTime(row, 'previous_until')];
  return {
    id: text(row, 'id') as ApiKeyId,
    name: text(row, 'name'),
    roles: texts(row, 'roles') as readonly Role[],
    permissions: row['permissions'] === null ? undefined : (texts(row, 'permissions') as readonly Permission[]),
    receiverIds: row['receiver_ids'] === null ? undefined : (texts(row, 'receiver_ids') as readonly ReceiverId[]),
    ownerId: optionalText(row, 'owner_id') as UserId | undefined,
    hash: text(row, 'hash'),
    previous:
      previousHash === undefined || previousUntil === undefined
        ? undefined
        : { hash: previousHash, until: previousUntil },
    createdBy: text(row, 'created_by'),
    createdAt: time(row, 'created_at'),
    expiresAt: optionalTime(row, 'expires_at'),
    revokedAt: optionalTime(row, 'revoked_at'),
    lastUsedAt: optionalTime(row, 'last_used_at'),
  };
}

const NAMES = `id, name, roles, hash, created_by, created_at, expires_at, revoked_at, permissions, receiver_ids, owner_id,
  previous_hash, previous_until, last_used_at`;
const VALUES = `$1, $2, $3::text[], $4, $5, $6::timestamptz, $7::timestamptz, $8::timestamptz, $9::text[], $10::text[], $11,
  $12, $13::timestamptz, $14::timestamptz`;

const ADD = {
  name: 'api_key_add',
  text: `insert into api_keys (${NAMES}) select ${VALUES} where not exists (select from api_keys where previous_hash = $4)
    on conflict (hash) do nothing returning id`,
};

const ANY = { name: 'api_key_any', text: 'select id from api_keys limit 1' };

const REPLACE = {
  name: 'api_key_replace',
  text: `update api_keys set (${NAMES}) = (select ${VALUES}) where id = $1`,
};

/** Holds the keys in the order of their ids, so that two that touch the same ones do not wait for each other in a circle. */
const TOUCH = {
  name: 'api_key_touch',
  text: `with used as (
      select id, max(at::timestamptz) as at from unnest($1::text[], $2::text[]) as u(id, at) group by id
    ), held as materialized (
      select id from api_keys where id in (select id from used) order by id for no key update
    )
    update api_keys set last_used_at = used.at from used join held on held.id = used.id
    where api_keys.id = used.id and (last_used_at is null or last_used_at < used.at)`,
};

const COLUMNS = `id, name, roles, hash, created_by, ${utc('created_at')} as created_at, ${utc('expires_at')} as expires_at,
  ${utc('revoked_at')} as revoked_at, permissions, receiver_ids, owner_id, previous_hash,
  ${utc('previous_until')} as previous_until, ${utc('last_used_at')} as last_used_at`;

const HOLD = { name: 'api_key_hold', text: `select ${COLUMNS} from api_keys where id = $1 for update` };

const FIND = {
  name: 'api_key_find',
  text: `select ${COLUMNS} from api_keys where hash = $1 union all select ${COLUMNS} from api_keys where previous_hash = $1`,
};

const LIST = {
  name: 'api_key_list',
  text: `select ${COLUMNS} from api_keys where id > $1 order by id limit $2::integer`,
};

const LIST_OF = {
  name: 'api_key_list_of',
  text: `select ${COLUMNS} from api_keys where owner_id = $3 and id > $1 order by id limit $2::integer`,
};
