import assert from 'node:assert/strict';

import type { BoardEntry, GroupId, ProvenanceEvent, TimelineEntry } from '@xzepr/core';

import { ADMIN } from '../registry/registry-scene.js';
import { subjectNamed } from '../scene.js';
import type { Model, ModelEdge, ModelGroup } from './model.js';
import type { Stage } from './stage.js';

/** @internal Throws where what is stored and answered is not what the model says. */
export async function compareWithModel(stage: Stage): Promise<void> {
  const edges: ModelEdge[] = [];
  for (const subject of stage.subjects) edges.push(...(await compareTimeline(stage, subject)));
  assert.deepEqual(edges.toSorted(byPlace), stage.model.edges.toSorted(byPlace), 'edges');
  await compareFeed(stage);
  for (const group of stage.model.groups.values()) {
    for (const subject of stage.subjects) await compareVerdict(stage, group, subject);
    await compareBoard(stage, group);
  }
  for (const subject of stage.subjects) await compareVerdicts(stage, subject);
}

function byPlace(a: ModelEdge, b: ModelEdge): number {
  const [left, right] = [a, b].map(({ groupId, subject }) => groupId + subject);
  if (left === right) return a.generation - b.generation;
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

/** Events in order, each with its edges, and each edge right behind what caused it. */
async function compareTimeline({ reconciling, model }: Stage, subject: string): Promise<readonly ModelEdge[]> {
  const { items } = await reconciling.listTimeline(ADMIN, subjectNamed(subject), { limit: 1_000 });
  const events = items.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []));
  const expected = model.events.filter((event) => event.subject === subject);
  assert.deepEqual(
    events.map(({ id }) => id),
    expected.map(({ id }) => id),
    'events',
  );
  const edges: ModelEdge[] = [];
  let [last, seen] = [undefined as ProvenanceEvent | undefined, 0];
  for (const entry of items) {
    if (entry.kind === 'event') [last, seen] = [entry.event, seen + 1];
    else edges.push(edgeOf(entry, subject, seen, last));
  }
  for (const { id, transitions } of events) {
    const caused = edges.filter(({ cause }) => cause === id);
    assert.deepEqual(
      transitions.map(({ groupId, state, generation }) => [groupId, state, generation]),
      caused.map(({ groupId, state, generation }) => [groupId, state, generation]),
      'transitions of an event',
    );
  }
  return edges;
}

function edgeOf(
  { transition }: Extract<TimelineEntry, { kind: 'transition' }>,
  subject: string,
  eventsBefore: number,
  last: ProvenanceEvent | undefined,
): ModelEdge {
  const { groupId, state, generation, cause, at } = transition;
  assert.equal(transition.subject.name, subject);
  if (cause.kind === 'group_changed') {
    return { groupId, subject, state, generation, cause: cause.resourceVersion, eventsBefore };
  }
  assert.deepEqual(
    [cause.eventId, at],
    [last?.id, last?.createdAt],
    'an edge comes right behind the event that caused it',
  );
  return { groupId, subject, state, generation, cause: cause.eventId, eventsBefore };
}

async function compareFeed({ feed, model, receiverIds }: Stage): Promise<void> {
  const entries = await feed();
  const recorded = entries.filter(({ kind }) => kind === 'event.recorded').map(({ reference }) => reference);
  assert.deepEqual(
    recorded,
    model.events.map(({ id }) => id),
    'events in the feed',
  );
  const count = (...kinds: readonly string[]): number => entries.filter(({ kind }) => kinds.includes(kind)).length;
  assert.equal(count('gate.completed'), model.edges.filter(({ state }) => state === 'completed').length);
  assert.equal(count('gate.reopened'), model.edges.filter(({ state }) => state === 'reopened').length);
  assert.equal(count('receiver.created'), receiverIds.length);
  assert.equal(count('group.created') - count('group.deleted'), model.groups.size);
  assert.equal(new Set(entries.map(({ position }) => position)).size, entries.length);
}

function lastEdge({ model }: Stage, group: ModelGroup, subject: string): ModelEdge | undefined {
  return model.edges.findLast((edge) => edge.groupId === group.id && edge.subject === subject);
}

async function compareVerdict(stage: Stage, group: ModelGroup, subject: string): Promise<void> {
  const { reconciling, model } = stage;
  const verdict = await reconciling.getVerdict(ADMIN, group.id as GroupId, subjectNamed(subject));
  const complete = model.isComplete(group, subject);
  assert.equal(verdict.state, group.enabled ? (complete ? 'complete' : 'incomplete') : 'disabled');
  assert.equal(verdict.generation, lastEdge(stage, group, subject)?.generation ?? 0);
  assert.equal(verdict.group.resourceVersion, group.version);
  assert.deepEqual(
    verdict.receivers.map(({ id }) => id),
    group.receivers,
  );
  assert.deepEqual(
    verdict.receivers.map(({ outcome, eventId }) => ({ outcome, eventId })),
    model.outcomes(group, subject),
    'outcomes',
  );
}

async function compareBoard(stage: Stage, group: ModelGroup): Promise<void> {
  const { reconciling, model, subjects } = stage;
  const id = group.id as GroupId;
  assert.equal((await reconciling.getGroup(ADMIN, id)).reconciling, false);
  const { items } = await reconciling.listBoard(ADMIN, id, { limit: 1_000 });
  const board = new Map(items.map((entry) => [entry.subject.name, entry]));
  assert.equal(board.size, items.length);
  for (const subject of subjects) {
    compareStored(board.get(subject), lastEdge(stage, group, subject));
    if (group.enabled) compareSettled(board.get(subject), model, group, subject);
  }
}

function compareStored(entry: BoardEntry | undefined, edge: ModelEdge | undefined): void {
  const { complete = false, generation = 0 } = entry ?? {};
  assert.deepEqual([complete, generation], [edge?.state === 'completed', edge?.generation ?? 0]);
}

/** After settling, what is stored of an enabled gate is what the rule says, for every subject it has met. */
function compareSettled(entry: BoardEntry | undefined, model: Model, group: ModelGroup, subject: string): void {
  assert.equal(entry?.complete ?? false, model.isComplete(group, subject), 'stored state');
  const isMet = model.outcomes(group, subject).some(({ outcome }) => outcome !== 'missing');
  if (isMet) assert.notEqual(entry, undefined, 'a subject that the gate has met is on its board');
}

async function compareVerdicts({ reconciling, model }: Stage, subject: string): Promise<void> {
  const { items } = await reconciling.listVerdicts(ADMIN, subjectNamed(subject), { limit: 1_000 });
  const concerned = [...model.groups.values()].filter(
    (group) => group.enabled && model.outcomes(group, subject).some(({ outcome }) => outcome !== 'missing'),
  );
  assert.deepEqual(
    items.map(({ group }) => group.id),
    concerned.map(({ id }) => id).toSorted(),
  );
}
