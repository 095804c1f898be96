import type { EventId, EventMark, GateEvidence, ReceiverEvidence, ReceiverId } from '@xzepr/core';

import { MEMBERS, RECONCILING, groupColumns } from './group-rows.js';
import { groupViewFrom } from './registry-readers.js';
import { optionalTime, storedTime, text, utc, whole } from './rows.js';
import type { Row } from './sql.js';

/** As the index `events_standing` says it. */
const PROBED = `e.receiver_id || '' = m.receiver_id and e.subject_hash || '' = asked.subject_hash`;
const MARK = `json_build_object('id', e.id, 'at', e.created_at at time zone 'UTC', 'position', e.position)`;

/**
 * What a verdict is made of, for each row of `asked` (ordinal, group_id, subject_hash). A receiver is one probe of an index, for
 * its newest failure or, where it has none, its newest success; only a failure needs a second probe, for the newest success.
 */
const EVIDENCE = `
  select asked.ordinal::integer as ordinal, g.*, coalesce(s.generation, 0) as generation, ${utc('s.since')} as since,
    members.receivers::text as receivers
  from asked
  join lateral (select ${groupColumns('id')}, ${MEMBERS}, ${RECONCILING} from event_receiver_groups
    where event_receiver_groups.id = asked.group_id) g on true
  cross join lateral (
    select json_agg(json_build_object('id', r.id, 'name', r.name, 'type', r.type, 'version', r.version,
      'success', case when first.success then first.mark when not first.success then (
        select ${MARK} from events e where ${PROBED} and e.success = true order by e.position desc limit 1) end,
      'failure', case when not first.success then first.mark end) order by m.ordinal) as receivers
    from group_members m
    join event_receivers r on r.id = m.receiver_id
    left join lateral (select e.success, ${MARK} as mark from events e where ${PROBED}
      order by e.success, e.position desc limit 1) first on true
    where m.group_id = asked.group_id
  ) members
  left join lateral (select * from gate_states
    where group_id = asked.group_id and subject_hash = asked.subject_hash limit 1) s on true
  order by asked.ordinal`;

/** @internal Parameters: group ids and subject hashes, in pairs. */
export const EVIDENCE_OF_QUESTIONS = {
  name: 'evidence_of_questions',
  text: `with asked as (
      select ordinal, group_id, decode(hash, 'hex') as subject_hash
      from unnest($1::text[], $2::text[]) with ordinality as q(group_id, hash, ordinal)
    ) ${EVIDENCE}`,
};

/** @internal Parameters: a subject hash, the group id that the page comes after, and how many. */
export const EVIDENCE_OF_SUBJECT = {
  name: 'evidence_of_subject',
  text: `with asked as (
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

interface Member {
  readonly id: ReceiverId;
  readonly name: string;
  readonly type: string;
  readonly version: string;
  readonly success: Newest | null;
  readonly failure: Newest | null;
}

/** @internal */
export function evidenceFrom(row: Row): GateEvidence {
  const members = JSON.parse(text(row, 'receivers')) as readonly Member[];
  return {
    group: groupViewFrom(row),
    receivers: members.map(receiverEvidence),
    generation: whole(row, 'generation'),
    since: optionalTime(row, 'since'),
  };
}

function receiverEvidence({ id, name, type, version, success, failure }: Member): ReceiverEvidence {
  const latestSuccess = success === null ? undefined : markOf(success, true);
  const latestFailure = failure === null ? undefined : markOf(failure, false);
  const failedLast = failure !== null && (success === null || failure.position > success.position);
  return { id, name, type, version, latest: failedLast ? latestFailure : latestSuccess, latestSuccess };
}

function markOf({ id, at }: Newest, success: boolean): EventMark {
  return { eventId: id, success, at: storedTime(at) };
}
