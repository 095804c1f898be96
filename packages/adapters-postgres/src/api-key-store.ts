import type { ApiKey, ApiKeyId, ApiKeyReader, ApiKeyStore, Role } from '@xzepr/core';

import { optionalTime, text, texts, time, utc } from './rows.js';
import type { Row, SqlConnection } from './sql.js';

/** @internal */
export function postgresApiKeyStore(connection: SqlConnection): ApiKeyStore {
  return {
    async add({ id, name, roles, hash, createdBy, createdAt, expiresAt, revokedAt }) {
      const values = [id, name, [...roles], hash, createdBy, createdAt, expiresAt ?? null, revokedAt ?? null];
      return (await connection.query(ADD, values)).length > 0;
    },
    async hasAny() {
      return (await connection.query(ANY, [])).length > 0;
    },
    async revoke(id, at) {
      return (await connection.query(REVOKE, [id, at])).length > 0;
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
    async list({ after, limit }) {
      return (await connection.query(LIST, [after ?? '', limit])).map(apiKeyFrom);
    },
  };
}

function apiKeyFrom(row: Row): ApiKey {
  return {
    id: text(row, 'id') as ApiKeyId,
    name: text(row, 'name'),
    roles: texts(row, 'roles') as readonly Role[],
    hash: text(row, 'hash'),
    createdBy: text(row, 'created_by'),
    createdAt: time(row, 'created_at'),
    expiresAt: optionalTime(row, 'expires_at'),
    revokedAt: optionalTime(row, 'revoked_at'),
  };
}

const ADD = {
  name: 'api_key_add',
  text: `insert into api_keys (id, name, roles, hash, created_by, created_at, expires_at, revoked_at)
    values ($1, $2, $3::text[], $4, $5, $6::timestamptz, $7::timestamptz, $8::timestamptz)
    on conflict (hash) do nothing returning id`,
};

const ANY = { name: 'api_key_any', text: 'select id from api_keys limit 1' };

const REVOKE = {
  name: 'api_key_revoke',
  text: 'update api_keys set revoked_at = coalesce(revoked_at, $2::timestamptz) where id = $1 returning id',
};

const COLUMNS = `id, name, roles, hash, created_by, ${utc('created_at')} as created_at, ${utc('expires_at')} as expires_at,
  ${utc('revoked_at')} as revoked_at`;

const FIND = { name: 'api_key_find', text: `select ${COLUMNS} from api_keys where hash = $1` };

const LIST = {
  name: 'api_key_list',
  text: `select ${COLUMNS} from api_keys where id > $1 order by id limit $2::integer`,
};
