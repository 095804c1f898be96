import type { BoardEntry, GateReader } from '@xzepr/core';
import { sql } from 'kysely';

import { builder } from './builder.js';
import { SUBJECT_COLUMNS, subjectFrom } from './event-rows.js';
import { EVIDENCE_OF_QUESTIONS, EVIDENCE_OF_SUBJECT, evidenceFrom } from './evidence.js';
import { flag, optionalTime, utc, whole } from './rows.js';
import { subjectConditions, where } from './search.js';
import type { Row, SqlConnection } from './sql.js';
import { TRANSITIONS, transitionFrom } from './transition-rows.js';

/** Greater than any position there will be. */
const NEWEST = '9223372036854775807';

/** @internal */
export function postgresGateReader(connection: SqlConnection): GateReader {
  return {
    async evidence(questions) {
      const groups = questions.map(({ groupId }) => groupId);
      const hashes = questions.map(({ subjectHash }) => subjectHash);
      const found = evidenceFrom(await connection.query(EVIDENCE_OF_QUESTIONS, [groups, hashes]));
      return questions.map((_, index) => found.get(index + 1));
    },
    async evidenceOfSubject(subjectHash, { after, limit }) {
      const found = evidenceFrom(await connection.query(EVIDENCE_OF_SUBJECT, [subjectHash, after ?? '', limit]));
      return [...found.values()];
    },
    async board(groupId, complete, { after, limit }) {
      const rows = await connection.query(BOARD, [groupId, complete ?? null, String(after ?? NEWEST), limit]);
      return rows.map(boardEntryFrom);
    },
    async transitions(groupId, subject, { after, limit }) {
      const conditions = [
        ...[sql<boolean>`t.group_id = ${groupId}`, sql<boolean>`t.position < ${String(after ?? NEWEST)}::bigint`],
        ...subjectConditions(subject, 't.'),
      ];
      const statement = sql`${sql.raw(TRANSITIONS)} ${where(conditions)} order by t.position desc limit ${limit}::integer`;
      return (await connection.run(statement.compile(builder))).map(transitionFrom);
    },
  };
}

function boardEntryFrom(row: Row): BoardEntry {
  return {
    subject: subjectFrom(row),
    complete: flag(row, 'complete'),
    generation: whole(row, 'generation'),
    since: optionalTime(row, 'since'),
    position: whole(row, 'position'),
  };
}

const BOARD = {
  name: 'board',
  text: `select ${SUBJECT_COLUMNS}, complete, generation, ${utc('since')} as since, changed_position::text as position
    from gate_states where group_id || '' = $1 and ($2::boolean is null or complete = $2::boolean) and changed_position < $3::bigint
    order by changed_position desc limit $4::integer`,
};
