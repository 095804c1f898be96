import type { KeptAnswers } from '@xzepr/core';

import { text, time, utc } from './rows.js';
import type { SqlConnection } from './sql.js';

/** @internal */
export function postgresKeptAnswers(connection: SqlConnection): KeptAnswers {
  return {
    async find(keyIds) {
      const rows = await connection.query(FIND, [[...keyIds]]);
      return rows.map((row) => ({
        keyId: text(row, 'key_id'),
        requestDigest: text(row, 'request_digest'),
        answer: text(row, 'answer'),
        keptAt: time(row, 'kept_at'),
      }));
    },
    async keep(answers) {
      await connection.query(KEEP, [
        answers.map(({ keyId }) => keyId),
        answers.map(({ requestDigest }) => requestDigest),
        answers.map(({ answer }) => answer),
        answers.map(({ keptAt }) => keptAt),
      ]);
    },
    async forget(before, limit) {
      return (await connection.query(FORGET, [before, limit])).length;
    },
  };
}

const FIND = {
  name: 'answers_find',
  text: `select key_id, request_digest, answer, ${utc('kept_at')} as kept_at from idempotency_keys
    where key_id = any($1::text[])`,
};

const KEEP = {
  name: 'answers_keep',
  text: `insert into idempotency_keys (key_id, request_digest, answer, kept_at)
    select key_id, request_digest, answer, kept_at::timestamptz
    from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as k(key_id, request_digest, answer, kept_at)
    on conflict (key_id) do nothing`,
};

const FORGET = {
  name: 'answers_forget',
  text: `delete from idempotency_keys where key_id in (
      select key_id from idempotency_keys where kept_at < $1::timestamptz order by kept_at limit $2::integer
    ) returning key_id`,
};
