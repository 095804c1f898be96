import type { GroupId, ReconciliationReader, SubjectHash } from '@xzepr/core';

import { SUBJECT_COLUMNS, subjectFrom } from './event-rows.js';
import { optionalText, text, whole } from './rows.js';
import type { SqlConnection } from './sql.js';

/** @internal */
export function postgresReconciliationReader(connection: SqlConnection): ReconciliationReader {
  return {
    async pending(limit) {
      return (await connection.query(PENDING, [limit])).map((row) => ({
        groupId: text(row, 'group_id') as GroupId,
        ruleVersion: whole(row, 'rule_version'),
        cursor: optionalText(row, 'cursor') as SubjectHash | undefined,
      }));
    },
    async subjects(groupId, { after, limit }) {
      return (await connection.query(SUBJECTS, [groupId, after ?? '', limit])).map((row) => ({
        subject: subjectFrom(row),
        subjectHash: text(row, 'hash') as SubjectHash,
      }));
    },
  };
}

const PENDING = {
  name: 'reconciliations_pending',
  text: `select group_id, rule_version, encode(cursor, 'hex') as cursor from reconciliations limit $1::integer`,
};

/** In the words of the index of standings, so that no other one is taken. */
const nextHash = (receiver: string, after: string): string => `select e.subject_hash from events e
  where (e.receiver_id || '') = ${receiver} and (e.subject_hash || '') > ${after}
  order by (e.receiver_id || ''), (e.subject_hash || '') limit 1`;

/**
 * The next hashes after the cursor: one step along the index of standings finds the next hash of one receiver, so that the
 * number of events of a subject does not matter.
 */
const SUBJECTS = {
  name: 'reconciliation_subjects',
  text: `
    with recursive posted as (
      select m.receiver_id, (${nextHash('m.receiver_id', "decode($2, 'hex')")}) as subject_hash, 1 as number
      from group_members m where m.group_id = $1
      union all
      select posted.receiver_id, (${nextHash('posted.receiver_id', 'posted.subject_hash')}), posted.number + 1
      from posted where posted.subject_hash is not null and posted.number < $3::integer
    ), known as (
      select subject_hash from posted where subject_hash is not null
      union
      (select subject_hash from gate_states where group_id = $1 and subject_hash > decode($2, 'hex')
        order by subject_hash limit $3::integer)
      order by subject_hash limit $3::integer
    )
    select encode(known.subject_hash, 'hex') as hash, subject.* from known
    cross join lateral (
      (select ${SUBJECT_COLUMNS} from gate_states where group_id = $1 and gate_states.subject_hash = known.subject_hash)
      union all
      (select ${SUBJECT_COLUMNS} from events where events.subject_hash = known.subject_hash order by position limit 1)
      limit 1
    ) subject
    order by known.subject_hash`,
};
