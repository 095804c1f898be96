import type { Fact, GateStateChange, NewEvent, NewTransition } from '@xzepr/core';

import { textArray } from './sql.js';

/** Columns of an unnested list: the name, the type that its text is read as. */
type Columns = readonly (readonly [name: string, type: string])[];

const FACT: Columns = [
  ['kind', 'text'],
  ['reference', 'text'],
  ['hash', 'text'],
];
const EVENT: Columns = [
  ...(['id', 'hash', 'name', 'version', 'release', 'platform_id', 'package', 'description'] as const).map(asText),
  ...[['payload', 'json'] as const, ['success', 'boolean'] as const, asText('receiver_id')],
  ...[['receiver_version', 'integer'] as const, asText('created_by'), ['created_at', 'timestamptz'] as const],
];
const TRANSITION: Columns = [
  ...(['id', 'group_id', 'hash', 'name', 'version', 'release', 'platform_id', 'package', 'state'] as const).map(asText),
  ...[['generation', 'integer'] as const, asText('cause_event_id'), ['cause_resource_version', 'integer'] as const],
  ['at', 'timestamptz'],
];
const STATE: Columns = [
  ...(['group_id', 'hash', 'name', 'version', 'release', 'platform_id', 'package'] as const).map(asText),
  ...[['complete', 'boolean'] as const, ['generation', 'integer'] as const, ['since', 'timestamptz'] as const],
  ['rule_version', 'integer'],
];
const REPLACED = ['complete', 'generation', 'since', 'rule_version']
  .map((name) => `${name} = excluded.${name}`)
  .join(', ');
/** Every list of rows that belong to a fact says which fact, counted from 1. */
const OF_FACT = ['fact', 'integer'] as const;

/**
 * Everything that follows from recording events, in one statement: the facts draw their positions in their order, and each
 * row that belongs to a fact gets the fact's. A gate that no fact moved keeps its place on the board.
 *
 * The positions are one array, looked up by number: a join would leave it to a planner that knows nothing of these lists.
 *
 * @internal
 */
export const appendStatement: { readonly name: string; readonly text: string } = {
  name: 'append',
  text: `
    with fact as materialized (
      select ordinal, ${names(FACT)}, nextval('feed_position') as position
      from ${unnested(FACT, 1)} with ordinality as f(${names(FACT)}, ordinal)
    ), drawn as materialized (
      select array_agg(position order by ordinal) as positions from fact
    ), fed as (
      insert into feed (position, kind, reference, subject_hash)
      select position, kind, reference, decode(hash, 'hex') from fact
    ), added_events as (
      insert into events (position, subject_hash, ${names(EVENT, 'hash')})
      select (select positions from drawn)[e.fact::integer], decode(e.hash, 'hex'), ${cast('e', EVENT, 'hash')}
      from ${unnested([OF_FACT, ...EVENT], 4)} as e(fact, ${names(EVENT)})
    ), added_transitions as (
      insert into transitions (position, subject_hash, ${names(TRANSITION, 'hash')})
      select (select positions from drawn)[t.fact::integer], decode(t.hash, 'hex'), ${cast('t', TRANSITION, 'hash')}
      from ${unnested([OF_FACT, ...TRANSITION], 19)} as t(fact, ${names(TRANSITION)})
    ), state as materialized (
      select * from ${unnested([OF_FACT, ...STATE], 33)} as s(fact, ${names(STATE)})
    ), moved_states as (
      insert into gate_states (subject_hash, changed_position, ${names(STATE, 'hash')})
      select decode(s.hash, 'hex'), (select positions from drawn)[s.fact::integer], ${cast('s', STATE, 'hash')}
      from state s where s.fact is not null
      on conflict (group_id, subject_hash) do update set ${REPLACED}, changed_position = excluded.changed_position
    ), stamped_states as (
      insert into gate_states (subject_hash, changed_position, ${names(STATE, 'hash')})
      select decode(s.hash, 'hex'), nextval('feed_position'), ${cast('s', STATE, 'hash')} from state s where s.fact is null
      on conflict (group_id, subject_hash) do update set ${REPLACED}
    )
    select array_to_string(positions, ' ') as positions from drawn`,
};

/** @internal The values of {@link appendStatement}: one list for each column. */
export function appendValues(facts: readonly Fact[], states: readonly GateStateChange[]): readonly unknown[] {
  const events = facts.flatMap((fact, index) => (fact.kind === 'event' ? [eventRow(index, fact.event)] : []));
  const transitions = facts.flatMap((fact, index) =>
    fact.kind === 'transition' ? [transitionRow(index, fact.transition)] : [],
  );
  return [
    ...columnsOf(facts.map(factRow), FACT.length),
    ...columnsOf(events, EVENT.length + 1),
    ...columnsOf(transitions, TRANSITION.length + 1),
    ...columnsOf(states.map(stateRow), STATE.length + 1),
  ];
}

type Value = string | null;

function factRow(fact: Fact): readonly Value[] {
  if (fact.kind === 'event') return ['event.recorded', fact.event.id, fact.event.subjectHash];
  const { state, id, subjectHash } = fact.transition;
  return [`gate.${state}`, id, subjectHash];
}

function eventRow(index: number, event: NewEvent): readonly Value[] {
  const { name, version, release, platformId } = event.subject;
  return [
    ...[String(index + 1), event.id, event.subjectHash, name, version, release, platformId, event.subject.package],
    ...[event.description, event.payload, String(event.success), event.receiverId, String(event.receiverVersion)],
    ...[event.createdBy, event.createdAt],
  ];
}

function transitionRow(index: number, transition: NewTransition): readonly Value[] {
  const { id, groupId, subject, subjectHash, state, generation, cause, at } = transition;
  const { name, version, release, platformId } = subject;
  const [eventId, changedAt] = cause.kind === 'event' ? [cause.eventId, null] : [null, String(cause.resourceVersion)];
  return [
    ...[String(index + 1), id, groupId, subjectHash, name, version, release, platformId, subject.package],
    ...[state, String(generation), eventId, changedAt, at],
  ];
}

function stateRow({ groupId, subject, subjectHash, state, fact }: GateStateChange): readonly Value[] {
  const { name, version, release, platformId } = subject;
  return [
    ...[fact === undefined ? null : String(fact + 1), groupId, subjectHash, name, version, release, platformId],
    ...[
      subject.package,
      String(state.complete),
      String(state.generation),
      state.since ?? null,
      String(state.ruleVersion),
    ],
  ];
}

function columnsOf(rows: readonly (readonly Value[])[], width: number): readonly string[] {
  return Array.from({ length: width }, (_, column) => textArray(rows.map((row) => row[column] ?? null)));
}

function asText<Name extends string>(name: Name): readonly [Name, 'text'] {
  return [name, 'text'];
}

/** Everything goes over as text, which both drivers write alike, and is read as what it is by the statement. */
function unnested(columns: Columns, firstParameter: number): string {
  return `unnest(${columns.map((_, index) => `$${String(firstParameter + index)}::text[]`).join(', ')})`;
}

function names(columns: Columns, without?: string): string {
  return columns
    .filter(([name]) => name !== without)
    .map(([name]) => name)
    .join(', ');
}

function cast(alias: string, columns: Columns, without: string): string {
  return columns
    .filter(([name]) => name !== without)
    .map(([name, type]) => `${alias}.${name}::${type}`)
    .join(', ');
}
