import type { GateContext, GatePolicy, GateState, GroupId, ReceiverId, Standing, SubjectHash } from '@xzepr/core';

import { flag, optionalTime, text, texts, utc, whole } from './rows.js';
import type { Row } from './sql.js';

/**
 * One letter for each receiver of a group, in the group's order: P its newest event is a success, f its newest is not but an
 * older one is, F it has failures only, - it has no event. Two probes of one index each, however many events there are.
 */
const STANDINGS = `
  select array_agg(m.receiver_id::text order by m.ordinal) as receiver_ids,
    string_agg(case when good is null and bad is null then '-' when bad is null or good > bad then 'P'
      when good is null then 'F' else 'f' end, '' order by m.ordinal) as standings
  from group_members m
  cross join lateral (select
    (select e.position from events e where e.receiver_id || '' = m.receiver_id and e.subject_hash || '' = touched.subject_hash
      and e.success = true order by e.position desc limit 1) as good,
    (select e.position from events e where e.receiver_id || '' = m.receiver_id and e.subject_hash || '' = touched.subject_hash
      and e.success = false order by e.position desc limit 1) as bad) newest
  where m.group_id = touched.group_id`;

const CONTEXT = `
  select touched.group_id::text as group_id, encode(touched.subject_hash, 'hex') as subject_hash, g.policy::text as policy,
    g.rule_version, members.receiver_ids, members.standings, s.complete, s.generation, ${utc('s.since')} as since,
    s.rule_version as state_rule_version
  from touched
  join event_receiver_groups g on g.id = touched.group_id
  cross join lateral (${STANDINGS}) members
  left join lateral (select * from gate_states
    where group_id = touched.group_id and subject_hash = touched.subject_hash limit 1) s on true`;

/** @internal Parameters: receiver ids and subject hashes, in pairs. */
export const GATES_TOUCHED = {
  name: 'gates_touched',
  text: `with touched as (
      select distinct m.group_id, decode(post.hash, 'hex') as subject_hash
      from unnest($1::text[], $2::text[]) as post(receiver_id, hash)
      join group_members m on m.receiver_id = post.receiver_id
      join event_receiver_groups enabled_group on enabled_group.id = m.group_id and enabled_group.enabled
    ) ${CONTEXT}`,
};

/** @internal Parameters: a group id and subject hashes. */
export const GATES_OF = {
  name: 'gates_of',
  text: `with touched as (
      select distinct $1::text as group_id, decode(hash, 'hex') as subject_hash from unnest($2::text[]) as asked(hash)
    ) ${CONTEXT}`,
};

const STANDING: Readonly<Record<string, Standing>> = {
  P: { latest: true, everSucceeded: true },
  f: { latest: false, everSucceeded: true },
  F: { latest: false, everSucceeded: false },
  '-': { latest: undefined, everSucceeded: false },
};

/** @internal */
export function contextFrom(row: Row): GateContext {
  return {
    groupId: text(row, 'group_id') as GroupId,
    subjectHash: text(row, 'subject_hash') as SubjectHash,
    policy: text(row, 'policy') as GatePolicy,
    ruleVersion: whole(row, 'rule_version'),
    receiverIds: texts(row, 'receiver_ids') as readonly ReceiverId[],
    standings: Array.from(text(row, 'standings'), standingOf),
    stored: row['generation'] === null ? undefined : stateFrom(row),
  };
}

function standingOf(letter: string): Standing {
  const standing = STANDING[letter];
  if (standing === undefined) throw new Error(`no receiver stands at ${letter}`);
  return standing;
}

function stateFrom(row: Row): GateState {
  return {
    complete: flag(row, 'complete'),
    generation: whole(row, 'generation'),
    since: optionalTime(row, 'since'),
    ruleVersion: whole(row, 'state_rule_version'),
  };
}
