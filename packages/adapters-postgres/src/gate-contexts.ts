import { NO_EVENTS } from '@xzepr/core';
import type { GateContext, GatePolicy, GateState, GroupId, ReceiverId, Standing, SubjectHash } from '@xzepr/core';

import { optionalText, storedTime, text, texts, utc, whole } from './rows.js';
import type { Row } from './sql.js';

/**
 * Two kinds of rows, of one moment. First the rule of each gate, once: `all` says which. Then for each subject of `asked` the
 * gates that `own` says, a line each with the state that is stored; and the receivers in them that have an event, each with a
 * letter. That is one probe of one index for the newest success of a receiver and one for its newest failure, however many
 * gates share the receiver and however many events there are. `offset 0` keeps the planner from probing at each mention.
 */
function contexts(all: string, own: string): string {
  return `
    select g.id::text as group_id, g.policy::text as policy, g.rule_version,
      array(select m.receiver_id::text from group_members m where m.group_id = g.id order by m.ordinal) as receiver_ids,
      null::text as subject_hash, null::text as states, null::text as standings
    from event_receiver_groups g where ${all}
    union all
    select null, null, null, null, encode(asked.subject_hash, 'hex'), gate.states, standing.letters
    from asked
    cross join lateral (
      select array_agg(g.id) as ids,
        string_agg(concat_ws(' ', g.id, s.complete, s.generation, s.rule_version, ${utc('s.since')}), E'\\n') as states
      from event_receiver_groups g
      left join lateral (select * from gate_states
        where group_id = g.id and subject_hash = asked.subject_hash limit 1) s on true
      where ${own}
    ) gate
    cross join lateral (
      select string_agg(receiver_id || case when bad is null or good > bad then 'P' when good is null then 'F' else 'f' end,
        ' ') as letters
      from (
        select m.receiver_id, ${newest(true)} as good, ${newest(false)} as bad
        from (select distinct receiver_id from group_members where group_id = any(gate.ids)) m offset 0
      ) newest
      where good is not null or bad is not null
    ) standing`;
}

function newest(success: boolean): string {
  return `(select e.position from events e where e.receiver_id || '' = m.receiver_id
    and e.subject_hash || '' = asked.subject_hash and e.success = ${String(success)} order by e.position desc limit 1)`;
}

function enabledOf(receivers: string): string {
  return `g.enabled and g.id = any(array(select m.group_id from group_members m where m.receiver_id = any(${receivers})))`;
}

/** @internal Parameters: receiver ids and subject hashes, in pairs. */
export const GATES_TOUCHED = {
  name: 'gates_touched',
  text: `with asked as materialized (
      select decode(hash, 'hex') as subject_hash, array_agg(receiver_id) as receiver_ids
      from unnest($1::text[], $2::text[]) as post(receiver_id, hash) group by hash
    ) ${contexts(enabledOf('$1::text[]'), enabledOf('asked.receiver_ids'))}`,
};

/** @internal Parameters: a group id and subject hashes. */
export const GATES_OF = {
  name: 'gates_of',
  text: `with asked as materialized (
      select distinct decode(hash, 'hex') as subject_hash from unnest($2::text[]) as subject(hash)
    ) ${contexts('g.id = $1', 'g.id = $1')}`,
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
