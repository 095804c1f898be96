import { NO_EVENTS } from '@xzepr/core';
import type { GateContext, GatePolicy, GateState, GroupId, ReceiverId, Standing, SubjectHash } from '@xzepr/core';

import { optionalText, storedTime, text, texts, utc, whole } from './rows.js';
import type { Row } from './sql.js';

/**
 * Two kinds of rows, of one moment. First the rule of each gate that is touched. Then for each subject of `asked` its gates, a
 * line each with the state that is stored; and the receivers in them that have an event, each with a letter.
 *
 * A receiver is looked at once, however many gates share it, by one probe of one index, however many events there are: its
 * newest failure or, where it has none, its newest success. Only a failure needs a second probe, for the newest success.
 *
 * Subjects that were posted to the same receivers touch the same gates: `kind` looks these up once for all of them. `which` says
 * which gates of `event_receiver_groups g` a kind touches.
 */
function contexts(which: string): string {
  return `
    kind as materialized (
      select posted.receiver_ids, gate.ids as gate_ids,
        array(select distinct receiver_id from group_members where group_id = any(gate.ids)) as member_ids
      from (select distinct receiver_ids from asked) posted
      cross join lateral (select array_agg(g.id) as ids from event_receiver_groups g where ${which}) gate
    )
    select g.id::text as group_id, g.policy::text as policy, g.rule_version,
      array(select m.receiver_id::text from group_members m where m.group_id = g.id order by m.ordinal) as receiver_ids,
      null::text as subject_hash, null::text as states, null::text as standings
    from event_receiver_groups g where g.id = any(array(select unnest(gate_ids) from kind))
    union all
    select null, null, null, null, encode(asked.subject_hash, 'hex'), state.lines, standing.letters
    from asked
    join kind on kind.receiver_ids = asked.receiver_ids
    cross join lateral (
      select string_agg(concat_ws(' ', gate.id, s.complete, s.generation, s.rule_version, ${utc('s.since')}), E'\\n') as lines
      from unnest(kind.gate_ids) as gate(id)
      left join lateral (select * from gate_states
        where group_id = gate.id and subject_hash = asked.subject_hash limit 1) s on true
    ) state
    cross join lateral (
      select string_agg(m.id || case when first.success then 'P' else coalesce((
          select case when e.position > first.position then 'P' else 'f' end
          from events e where ${PROBED} and e.success = true order by e.position desc limit 1), 'F') end, ' ') as letters
      from unnest(kind.member_ids) as m(id)
      cross join lateral (select e.success, e.position from events e where ${PROBED}
        order by e.success, e.position desc limit 1) first
    ) standing`;
}

/** As the index `events_standing` says it. */
const PROBED = `e.receiver_id || '' = m.id and e.subject_hash || '' = asked.subject_hash`;

/** @internal Parameters: receiver ids and subject hashes, in pairs. */
export const GATES_TOUCHED = {
  name: 'gates_touched',
  text: `with asked as materialized (
      select decode(hash, 'hex') as subject_hash, array_agg(distinct receiver_id) as receiver_ids
      from unnest($1::text[], $2::text[]) as post(receiver_id, hash) group by hash
    ), ${contexts(`g.enabled and g.id = any(array(
        select m.group_id from group_members m where m.receiver_id = any(posted.receiver_ids)))`)}`,
};

/** @internal Parameters: a group id and subject hashes. */
export const GATES_OF = {
  name: 'gates_of',
  text: `with asked as materialized (
      select distinct decode(hash, 'hex') as subject_hash, array[]::text[] as receiver_ids
      from unnest($2::text[]) as subject(hash)
    ), ${contexts('g.id = $1')}`,
};

/** P: the newest event is a success. f: it is not, but an older one is. F: there are failures only. */
const STANDING: Readonly<Record<string, Standing>> = {
  P: { latest: true, everSucceeded: true },
  f: { latest: false, everSucceeded: true },
  F: { latest: false, everSucceeded: false },
};

type Rule = Pick<GateContext, 'groupId' | 'policy' | 'ruleVersion' | 'receiverIds'>;

/** @internal */
export function contextsFrom(rows: readonly Row[]): readonly GateContext[] {
  const [ofGates, ofSubjects] = [rows.filter(isOfGate), rows.filter((row) => !isOfGate(row))];
  const rules = new Map(ofGates.map(ruleFrom).map((rule): [string, Rule] => [rule.groupId, rule]));
  return ofSubjects.flatMap((row) => contextsOfSubject(row, rules));
}

function isOfGate(row: Row): boolean {
  return row['group_id'] !== null;
}

function ruleFrom(row: Row): Rule {
  return {
    groupId: text(row, 'group_id') as GroupId,
    policy: text(row, 'policy') as GatePolicy,
    ruleVersion: whole(row, 'rule_version'),
    receiverIds: texts(row, 'receiver_ids') as readonly ReceiverId[],
  };
}

function contextsOfSubject(row: Row, rules: ReadonlyMap<string, Rule>): readonly GateContext[] {
  const states = optionalText(row, 'states');
  if (states === undefined) return [];
  const subjectHash = text(row, 'subject_hash') as SubjectHash;
  const known = standingsFrom(optionalText(row, 'standings') ?? '');
  return states.split('\n').map((line) => {
    const [groupId = '', ...state] = line.split(' ');
    const rule = rules.get(groupId);
    if (rule === undefined) throw new Error(`the rule of gate ${groupId} is missing`);
    const standings = rule.receiverIds.map((id) => known.get(id) ?? NO_EVENTS);
    return { ...rule, subjectHash, standings, stored: state.length === 0 ? undefined : stateFrom(state) };
  });
}

/** Receivers and their letters: `<id>P <id>F`. */
function standingsFrom(letters: string): ReadonlyMap<string, Standing> {
  const known = new Map<string, Standing>();
  for (const word of letters === '' ? [] : letters.split(' ')) {
    const standing = STANDING[word.slice(-1)];
    if (standing === undefined) throw new Error(`no receiver stands as ${word} says`);
    known.set(word.slice(0, -1), standing);
  }
  return known;
}

function stateFrom([complete, generation, ruleVersion, since]: readonly string[]): GateState {
  return {
    complete: complete === 't',
    generation: Number(generation),
    since: since === undefined ? undefined : storedTime(since),
    ruleVersion: Number(ruleVersion),
  };
}
