import type { EventId, EventMark, GateEvidence, ReceiverEvidence } from '@xzepr/core';

import { MEMBERS, RECONCILING, groupColumns } from './group-rows.js';
import { groupViewFrom } from './registry-readers.js';
import { optionalTime, storedTime, text, utc, whole } from './rows.js';
import type { Row } from './sql.js';

/** As the index `events_standing` says it. */
const PROBED = `e.receiver_id || '' = m.receiver_id and e.subject_hash || '' = asked.subject_hash`;
const MARK = `json_build_object('id', e.id, 'at', e.created_at at time zone 'UTC', 'position', e.position)`;

/** Of a group, with its receivers, once however many subjects it is asked about. */
const GATE = `select ${groupColumns('id')}, ${MEMBERS}, ${RECONCILING}, (
    select json_agg(json_build_object('id', r.id, 'name', r.name, 'type', r.type, 'version', r.version) order by m.ordinal)
    from group_members m join event_receivers r on r.id = m.receiver_id where m.group_id = event_receiver_groups.id
  )::text as members`;
const COLUMNS_OF_GATE = 15;

/**
 * What a verdict is made of, for each row of `asked` (ordinal, group_id, subject_hash). Rows without an ordinal are the groups
 * that are asked about. The others have the marks of the group's receivers in their order: a receiver is one probe of an index,
 * for its newest failure or, where it has none, its newest success; only a failure needs a second probe, for the newest success.
 */
const EVIDENCE = `
  select null::integer as ordinal, null::text as asked_id, null::integer as generation, null::text as since,
    null::text as marks, gate.*
  from (${GATE} from event_receiver_groups where id = any(array(select distinct group_id from asked))) gate
  union all
  select asked.ordinal::integer, asked.group_id, coalesce(s.generation, 0), ${utc('s.since')}, marked.marks::text,
    ${Array.from({ length: COLUMNS_OF_GATE }, () => 'null').join(', ')}
  from asked
  cross join lateral (
    select json_agg(json_build_object(
      'success', case when first.success then first.mark when not first.success then (
        select ${MARK} from events e where ${PROBED} and e.success = true order by e.position desc limit 1) end,
      'failure', case when not first.success then first.mark end) order by m.ordinal) as marks
    from group_members m
    left join lateral (select e.success, ${MARK} as mark from events e where ${PROBED}
      order by e.success, e.position desc limit 1) first on true
    where m.group_id = asked.group_id
  ) marked
  left join lateral (select * from gate_states
    where group_id = asked.group_id and subject_hash = asked.subject_hash limit 1) s on true
  order by ordinal`;

/** @internal Parameters: group ids and subject hashes, in pairs. */
export const EVIDENCE_OF_QUESTIONS = {
  name: 'evidence_of_questions',
  text: `with asked as materialized (
      select ordinal, group_id, decode(hash, 'hex') as subject_hash
      from unnest($1::text[], $2::text[]) with ordinality as q(group_id, hash, ordinal)
    ) ${EVIDENCE}`,
};

/** @internal Parameters: a subject hash, the group id that the page comes after, and how many. */
export const EVIDENCE_OF_SUBJECT = {
  name: 'evidence_of_subject',
  text: `with asked as materialized (
      select row_number() over (order by id) as ordinal, id as group_id, decode($1, 'hex') as subject_hash
      from (
        select distinct g.id from (select distinct receiver_id from events where subject_hash = decode($1, 'hex')) posted
        join group_members m on m.receiver_id = posted.receiver_id
        join event_receiver_groups g on g.id = m.group_id and g.enabled and g.id > $2
        order by g.id limit $3::integer
      ) touched
    ) ${EVIDENCE}`,
};

interface Newest {
  readonly id: EventId;
  readonly at: string;
  readonly position: number;
}

type Member = Pick<ReceiverEvidence, 'id' | 'name' | 'type' | 'version'>;

interface Marks {
  readonly success: Newest | null;
  readonly failure: Newest | null;
}

interface Gate {
  readonly group: GateEvidence['group'];
  readonly members: readonly Member[];
}

/** @internal The evidence by the ordinals of what was asked, in their order; nothing for a group that there is none of. */
export function evidenceFrom(rows: readonly Row[]): ReadonlyMap<number, GateEvidence> {
  const gates = new Map<string, Gate>();
  for (const row of rows) if (row['ordinal'] === null) gates.set(text(row, 'id'), gateFrom(row));
  const evidence = new Map<number, GateEvidence>();
  for (const row of rows) {
    const gate = row['ordinal'] === null ? undefined : gates.get(text(row, 'asked_id'));
    if (gate !== undefined) evidence.set(whole(row, 'ordinal'), gateEvidence(gate, row));
  }
  return evidence;
}

function gateFrom(row: Row): Gate {
  return { group: groupViewFrom(row), members: JSON.parse(text(row, 'members')) as readonly Member[] };
}

function gateEvidence({ group, members }: Gate, row: Row): GateEvidence {
  const marks = JSON.parse(text(row, 'marks')) as readonly Marks[];
  if (marks.length !== members.length) throw new Error(`group ${group.id} does not fit the marks of its receivers`);
  return {
    group,
    receivers: members.map((member, index) => receiverEvidence(member, marks[index])),
    generation: whole(row, 'generation'),
    since: optionalTime(row, 'since'),
  };
}

function receiverEvidence(member: Member, { success, failure }: Marks = NO_MARKS): ReceiverEvidence {
  const latestSuccess = success === null ? undefined : markOf(success, true);
  const latestFailure = failure === null ? undefined : markOf(failure, false);
  const failedLast = failure !== null && (success === null || failure.position > success.position);
  return { ...member, latest: failedLast ? latestFailure : latestSuccess, latestSuccess };
}

const NO_MARKS: Marks = { success: null, failure: null };

function markOf({ id, at }: Newest, success: boolean): EventMark {
  return { eventId: id, success, at: storedTime(at) };
}
