import { subjectText } from '@xzepr/core';
import type { EventFilter, EventOrder, GroupFilter, ReceiverFilter, Span, Subject } from '@xzepr/core';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import { builder } from './builder.js';
import { EVENT_COLUMNS } from './event-rows.js';
import { MEMBERS, RECONCILING, groupColumns } from './group-rows.js';
import { receiverColumns } from './receiver-rows.js';
import { sha256 } from './sha256.js';
import type { Unprepared } from './sql.js';

type Condition = RawBuilder<boolean>;

/** @internal By position; a whole subject is found by its hash, a part of one by the index on names. */
export function eventSearch(filter: EventFilter, order: EventOrder, { after, limit }: Span<number>): Unprepared {
  const { receiverId, success, from, to } = filter;
  const beyond = order === 'asc' ? sql.raw('>') : sql.raw('<');
  const conditions = [
    ...subjectConditions(filter),
    ...(receiverId === undefined ? [] : [sql<boolean>`receiver_id = ${receiverId}`]),
    ...(success === undefined ? [] : [sql<boolean>`success = ${success}::boolean`]),
    ...(from === undefined ? [] : [sql<boolean>`created_at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql<boolean>`created_at < ${to}::timestamptz`]),
    ...(after === undefined ? [] : [sql<boolean>`position ${beyond} ${String(after)}::bigint`]),
  ];
  return sql`select ${sql.raw(EVENT_COLUMNS)} from events ${where(conditions)}
    order by events.position ${sql.raw(order)} limit ${limit}::integer`.compile(builder);
}

/** @internal By id. */
export function receiverSearch(filter: ReceiverFilter, { after, limit }: Span<string>): Unprepared {
  const conditions = [...named(filter), sql<boolean>`id > ${after ?? ''}`];
  return sql`select ${sql.raw(receiverColumns('id'))} from event_receivers ${where(conditions)}
    order by id limit ${limit}::integer`.compile(builder);
}

/** @internal By id. */
export function groupSearch(filter: GroupFilter, { after, limit }: Span<string>): Unprepared {
  const { receiverId } = filter;
  const member = sql<boolean>`id in (select group_id from group_members where receiver_id = ${receiverId ?? ''})`;
  const conditions = [
    ...named(filter),
    ...(receiverId === undefined ? [] : [member]),
    sql<boolean>`id > ${after ?? ''}`,
  ];
  return sql`select ${sql.raw(`${groupColumns('id')}, ${MEMBERS}, ${RECONCILING}`)} from event_receiver_groups
    ${where(conditions)} order by id limit ${limit}::integer`.compile(builder);
}

/**
 * What is given of a subject as conditions on columns of `table`.
 *
 * @internal
 */
export function subjectConditions(subject: Partial<Subject>, table = ''): readonly Condition[] {
  const whole = wholeSubject(subject);
  if (whole !== undefined) {
    return [sql<boolean>`${sql.raw(`${table}subject_hash`)} = decode(${sha256(subjectText(whole))}, 'hex')`];
  }
  const { name, version, release, platformId } = subject;
  const given = { name, version, release, platform_id: platformId, package: subject.package };
  return Object.entries(given).flatMap(([column, value]) =>
    value === undefined ? [] : [sql<boolean>`${sql.raw(table + column)} = ${value}`],
  );
}

function wholeSubject({ name, version, release, platformId, package: unit }: Partial<Subject>): Subject | undefined {
  if (name === undefined || version === undefined || release === undefined) return undefined;
  if (platformId === undefined || unit === undefined) return undefined;
  return { name, version, release, platformId, package: unit };
}

function named({ name, type, version, enabled }: ReceiverFilter): readonly Condition[] {
  const equal = Object.entries({ name, type, version }).flatMap(([column, value]) =>
    value === undefined ? [] : [sql<boolean>`${sql.raw(column)} = ${value}`],
  );
  return enabled === undefined ? equal : [...equal, sql<boolean>`enabled = ${enabled}::boolean`];
}

/** @internal */
export function where(conditions: readonly Condition[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
}
