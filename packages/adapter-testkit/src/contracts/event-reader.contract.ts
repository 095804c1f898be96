import assert from 'node:assert/strict';

import type { EventFilter, NewEvent, ProvenanceEvent, Subject, Timestamp, TimelineEntry } from '@xzepr/core';

import { ALL, byId, inParts, subsetsOf } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import { SUBJECT, eventFact, hashOf, subjectNamed, transitionFact } from '../scene.js';
import type { Scene } from '../scene.js';
import { recorded } from './event-store.contract.js';
import { declareStorage } from './storage.contract.js';

const LIMITS = [1, 2, 5, 1_000];

/** Events of which each differs from the first in one field only, and what was kept of them. */
async function neighbours(
  scene: Scene,
): Promise<{ readonly filter: EventFilter; readonly events: readonly ProvenanceEvent[] }> {
  const [receiver, other] = [await scene.receiver(), await scene.receiver()];
  const createdAt = scene.now();
  const subjects = (Object.keys(SUBJECT) as (keyof Subject)[]).map((field) => ({ ...SUBJECT, [field]: 'another' }));
  const later = scene.now();
  const news: readonly NewEvent[] = [
    scene.newEvent(receiver, { createdAt }),
    ...subjects.map((subject) => scene.newEvent(receiver, { createdAt, subject })),
    scene.newEvent(other, { createdAt }),
    scene.newEvent(receiver, { createdAt, success: false }),
    scene.newEvent(receiver, { createdAt: '2025-12-31T23:59:59.999999Z' as Timestamp }),
    scene.newEvent(receiver, { createdAt: later }),
    scene.newEvent(receiver, { createdAt }),
  ];
  const positions = await scene.append(news.map(eventFact));
  const filter = { ...SUBJECT, receiverId: receiver.id, success: true, from: createdAt, to: later };
  return { filter, events: news.map((event, index) => recorded(event, positions[index])) };
}

function isWithin(time: Timestamp, from: Timestamp | undefined, to: Timestamp | undefined): boolean {
  return (from === undefined || from <= time) && (to === undefined || time < to);
}

function fits({ subject, ...event }: ProvenanceEvent, filter: EventFilter): boolean {
  const { receiverId = event.receiverId, success = event.success, from, to, ...fields } = filter;
  if (event.receiverId !== receiverId || event.success !== success) return false;
  if (!isWithin(event.createdAt, from, to)) return false;
  return Object.entries(fields).every(([field, value]) => subject[field as keyof Subject] === value);
}

async function mixedTimeline(scene: Scene): Promise<readonly TimelineEntry[]> {
  const receiver = await scene.receiver();
  const group = await scene.group([receiver]);
  const [first, second, elsewhere] = [
    scene.newEvent(receiver),
    scene.newEvent(receiver, { success: false }),
    scene.newEvent(receiver, { subject: subjectNamed('elsewhere') }),
  ];
  const edge = scene.newTransition(group, SUBJECT, { cause: { kind: 'event', eventId: first.id } });
  const back = scene.newTransition(group, SUBJECT, { state: 'reopened', generation: 2 });
  const away = scene.newTransition(group, subjectNamed('elsewhere'));
  const positions = [
    ...(await scene.append([eventFact(first), transitionFact(edge), eventFact(elsewhere), transitionFact(away)])),
    ...(await scene.append([transitionFact(back), eventFact(second)])),
  ];
  const [a = NaN, b = NaN, , , c = NaN, d = NaN] = positions;
  const transitions = [{ groupId: group.id, state: edge.state, generation: edge.generation }];
  const kept = ({ subjectHash: _hash, ...rest }: typeof edge, position: number): TimelineEntry => ({
    kind: 'transition',
    position,
    transition: { ...rest, position },
  });
  return [
    { kind: 'event', position: a, event: { ...recorded(first, a), transitions } },
    kept(edge, b),
    kept(back, c),
    { kind: 'event', position: d, event: recorded(second, d) },
  ];
}

/** @internal */
export const eventReaderPromises: Promises<Scene> = {
  'gives the events of the ids that exist': async (scene) => {
    const receiver = await scene.receiver();
    const [a, b] = [await scene.event(receiver), await scene.event(receiver)];
    const unknown = scene.newEvent(receiver).id;
    const read = await scene.reader.events.byIds([b.id, unknown, a.id]);
    assert.deepEqual(
      byId(read).map(({ id }) => id),
      [a.id, b.id],
    );
    assert.deepEqual(await scene.reader.events.byIds([unknown]), []);
    assert.deepEqual(await scene.reader.events.byIds([]), []);
  },
  'finds what fits all of any filters together, from inclusive, to exclusive': async (scene) => {
    const { filter, events } = await neighbours(scene);
    for (const some of subsetsOf(filter)) {
      const read = await scene.reader.events.search(some, 'asc', ALL);
      const expected = events.filter((event) => fits(event, some));
      assert.deepEqual(
        read.map(({ id }) => id),
        expected.map(({ id }) => id),
        JSON.stringify(some),
      );
    }
    assert.deepEqual(await scene.reader.events.search({}, 'asc', ALL), events);
  },
  'lists by position in either order, in parts of any length': async (scene) => {
    const { events } = await neighbours(scene);
    for (const limit of LIMITS) {
      const up = await inParts(
        limit,
        ({ position }: ProvenanceEvent) => position,
        (span) => scene.reader.events.search({}, 'asc', span),
      );
      const down = await inParts(
        limit,
        ({ position }: ProvenanceEvent) => position,
        (span) => scene.reader.events.search({}, 'desc', span),
      );
      assert.deepEqual(up, events);
      assert.deepEqual(down, events.toReversed());
    }
  },
  'continues a filtered list after a position': async (scene) => {
    const { filter, events } = await neighbours(scene);
    const some = { name: SUBJECT.name, success: true, ...(filter.receiverId && { receiverId: filter.receiverId }) };
    const expected = events.filter((event) => fits(event, some));
    for (const order of ['asc', 'desc'] as const) {
      const read = await inParts(
        2,
        ({ position }: ProvenanceEvent) => position,
        (span) => scene.reader.events.search(some, order, span),
      );
      assert.deepEqual(read, order === 'asc' ? expected : expected.toReversed());
    }
  },
  'takes no sign in a filter for a pattern': async (scene) => {
    const receiver = await scene.receiver();
    const texts = ['%', '_', '\\', 'a%', 'ab', '*'];
    for (const text of texts) await scene.event(receiver, { subject: subjectNamed(text) });
    for (const name of texts) {
      const read = await scene.reader.events.search({ name }, 'asc', ALL);
      assert.deepEqual(
        read.map(({ subject }) => subject.name),
        [name],
      );
    }
  },
  'finds nothing where nothing fits': async (scene) => {
    assert.deepEqual(await scene.reader.events.search({}, 'desc', ALL), []);
    await scene.event(await scene.receiver());
    assert.deepEqual(await scene.reader.events.search({ name: 'PAYMENTS' }, 'desc', ALL), []);
    assert.deepEqual(await scene.reader.events.timeline(hashOf(subjectNamed('nobody')), ALL), []);
  },
  'tells everything that happened to a subject by position, in parts of any length': async (scene) => {
    const expected = await mixedTimeline(scene);
    for (const limit of LIMITS) {
      const read = await inParts(
        limit,
        ({ position }: TimelineEntry) => position,
        (span) => scene.reader.events.timeline(hashOf(SUBJECT), span),
      );
      assert.deepEqual(read, expected);
    }
  },
};

/**
 * What `EventReader` promises.
 *
 * @public
 */
export function eventReaderContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'event reader', open, { events: eventReaderPromises });
}
