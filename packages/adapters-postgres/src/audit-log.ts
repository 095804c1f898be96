import type {
  AuditEntry,
  AuditFilter,
  AuditId,
  AuditReader,
  AuditStore,
  SecurityEvent,
  SecurityEventKind,
  Span,
} from '@xzepr/core';
import { sql } from 'kysely';

import { builder } from './builder.js';
import { optionalText, text, time, utc } from './rows.js';
import { where } from './search.js';
import type { Row, SqlConnection, Unprepared } from './sql.js';

/** @internal */
export function postgresAuditStore(connection: SqlConnection): AuditStore {
  return {
    async add(entries) {
      await connection.query(ADD, [
        entries.map(({ id }) => id),
        entries.map(({ at }) => at),
        entries.map(({ kind }) => kind),
        entries.map(({ actor }) => actor ?? null),
        entries.map(({ target }) => target ?? null),
        entries.map(({ origin }) => origin.address ?? null),
        entries.map(({ origin }) => origin.requestId ?? null),
        entries.map(({ detail }) => JSON.stringify(detail)),
      ]);
    },
  };
}

/** @internal */
export function postgresAuditReader(connection: SqlConnection): AuditReader {
  return {
    async list(filter, span) {
      return (await connection.run(auditSearch(filter, span))).map(entryFrom);
    },
  };
}

function auditSearch(filter: AuditFilter, { after, limit }: Span<AuditId>): Unprepared {
  const { kind, actor, target, address, from, to } = filter;
  const equal = Object.entries({ kind, actor, target, address }).flatMap(([column, value]) =>
    value === undefined ? [] : [sql<boolean>`${sql.raw(column)} = ${value}`],
  );
  const conditions = [
    ...equal,
    ...(from === undefined ? [] : [sql<boolean>`at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql<boolean>`at < ${to}::timestamptz`]),
    ...(after === undefined ? [] : [sql<boolean>`id < ${after}`]),
  ];
  return sql`select id, ${sql.raw(utc('at'))} as at, kind, actor, target, address, request_id, detail::text as detail
    from audit_log ${where(conditions)} order by id desc limit ${limit}::integer`.compile(builder);
}

function entryFrom(row: Row): AuditEntry {
  const [address, requestId] = [optionalText(row, 'address'), optionalText(row, 'request_id')];
  return {
    id: text(row, 'id') as AuditId,
    at: time(row, 'at'),
    kind: text(row, 'kind') as SecurityEventKind,
    actor: optionalText(row, 'actor'),
    target: optionalText(row, 'target'),
    origin: { ...(address !== undefined && { address }), ...(requestId !== undefined && { requestId }) },
    detail: JSON.parse(text(row, 'detail')) as SecurityEvent['detail'],
  };
}

/** What is taken as JSON text and never looked into may have an escaped NUL in it, which no JSON function takes. */
const ADD = {
  name: 'audit_add',
  text: `insert into audit_log (id, at, kind, actor, target, address, request_id, detail)
    select id, at::timestamptz, kind, actor, target, address, request_id, detail::json
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      as e(id, at, kind, actor, target, address, request_id, detail)`,
};
