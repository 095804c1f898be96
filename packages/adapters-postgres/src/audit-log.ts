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
      await connection.query(ADD, [JSON.stringify(entries.map(rowOf))]);
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

function rowOf({ id, at, kind, actor, target, origin, detail }: AuditEntry): Readonly<Record<string, unknown>> {
  return { id, at, kind, actor, target, address: origin.address, request_id: origin.requestId, detail };
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

const ADD = {
  name: 'audit_add',
  text: `insert into audit_log (id, at, kind, actor, target, address, request_id, detail)
    select id, at, kind, actor, target, address, request_id, detail from json_to_recordset($1::json)
      as e(id text, at timestamptz, kind text, actor text, target text, address text, request_id text, detail json)`,
};
