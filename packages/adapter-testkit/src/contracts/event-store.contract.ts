import assert from 'node:assert/strict';

import type { JsonText, ProvenanceEvent, NewEvent } from '@xzepr/core';

import { ALL, AWKWARD_PAYLOADS, AWKWARD_TEXTS, byId } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import { SUBJECT, eventFact, hashOf, stateOf, transitionFact } from '../scene.js';
import type { Scene } from '../scene.js';
import { gateContextPromises } from './gate-context.contract.js';
import { declareStorage } from './storage.contract.js';

/** @internal What is read of an event that was appended at `position`. */
export function recorded(event: NewEvent, position: number | undefined): ProvenanceEvent {
  const { subjectHash: _hash, ...rest } = event;
  return { ...rest, position: position ?? NaN, transitions: [] };
}

function isIncreasing(positions: readonly number[]): boolean {
  return positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? Infinity));
}

/** @internal */
export const eventStorePromises: Promises<Scene> = {
  'gives facts increasing positions in the order given, after those of earlier ones': async (scene) => {
    const receiver = await scene.receiver();
    const facts = Array.from({ length: 20 }, () => eventFact(scene.newEvent(receiver)));
    const [first, second] = [await scene.append(facts.slice(0, 12)), await scene.append(facts.slice(12))];
    assert.deepEqual([first.length, second.length], [12, 8]);
    assert.ok(isIncreasing([...first, ...second]), [...first, ...second].join());
  },
  'keeps an event whole': async (scene) => {
    const receiver = await scene.receiver();
    const [good, bad] = [scene.newEvent(receiver), scene.newEvent(receiver, { success: false, description: '' })];
    const positions = await scene.append([eventFact(good), eventFact(bad)]);
    const read = await scene.reader.events.byIds([good.id, bad.id]);
    assert.deepEqual(byId(read), [recorded(good, positions[0]), recorded(bad, positions[1])]);
  },
  'keeps every text as it is, code point for code point': async (scene) => {
    const receiver = await scene.receiver();
    const events = AWKWARD_TEXTS.map((text) => {
      const subject = { name: text, version: text, release: text, platformId: text, package: text };
      return scene.newEvent(receiver, { subject, description: text, createdBy: text });
    });
    const positions = await scene.append(events.map(eventFact));
    const read = await scene.reader.events.search({}, 'asc', ALL);
    assert.deepEqual(
      read,
      events.map((event, index) => recorded(event, positions[index])),
    );
  },
  'keeps a payload byte for byte': async (scene) => {
    const receiver = await scene.receiver();
    const events = AWKWARD_PAYLOADS.map((text) => scene.newEvent(receiver, { payload: text as JsonText }));
    await scene.append(events.map(eventFact));
    const read = await scene.reader.events.search({}, 'asc', ALL);
    assert.deepEqual(
      read.map(({ payload }) => payload),
      AWKWARD_PAYLOADS,
    );
  },
  'keeps microseconds': async (scene) => {
    const createdAt = '2026-02-28T23:59:59.123456Z' as NewEvent['createdAt'];
    const { id } = await scene.event(await scene.receiver(), { createdAt });
    const [read] = await scene.reader.events.byIds([id]);
    assert.equal(read?.createdAt, createdAt);
  },
  'tells of an event the edges that it caused, in their order': async (scene) => {
    const receiver = await scene.receiver();
    const [one, two] = [await scene.group([receiver]), await scene.group([receiver])];
    const [event, later] = [scene.newEvent(receiver), scene.newEvent(receiver)];
    const cause = { kind: 'event', eventId: event.id } as const;
    await scene.append([
      transitionFact(scene.newTransition(one, SUBJECT)),
      eventFact(event),
      transitionFact(scene.newTransition(two, SUBJECT, { generation: 7, cause })),
      transitionFact(scene.newTransition(one, SUBJECT, { generation: 2, state: 'reopened', cause })),
      eventFact(later),
    ]);
    const read = byId(await scene.reader.events.byIds([event.id, later.id]));
    assert.deepEqual(
      read.map(({ transitions }) => transitions),
      [
        [
          { groupId: two.id, state: 'completed', generation: 7 },
          { groupId: one.id, state: 'reopened', generation: 2 },
        ],
        [],
      ],
    );
  },
  'adds every fact to the feed, at its position': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    const before = (await scene.feed()).length;
    const [event, other] = [scene.newEvent(receiver), scene.newEvent(receiver)];
    const completed = scene.newTransition(group, SUBJECT);
    const reopened = scene.newTransition(group, SUBJECT, { state: 'reopened', generation: 2 });
    const facts = [eventFact(event), transitionFact(completed), eventFact(other), transitionFact(reopened)];
    const [a, b, c, d] = await scene.append(facts);
    assert.deepEqual((await scene.feed()).slice(before), [
      { position: a, kind: 'event.recorded', reference: event.id },
      { position: b, kind: 'gate.completed', reference: completed.id },
      { position: c, kind: 'event.recorded', reference: other.id },
      { position: d, kind: 'gate.reopened', reference: reopened.id },
    ]);
  },
  'adds nothing to the feed for a gate state alone': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    const before = await scene.feed();
    assert.deepEqual(await scene.append([], [stateOf(group, SUBJECT, undefined)]), []);
    assert.deepEqual(await scene.feed(), before);
  },
  'puts a gate state in the place of the one before': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    const since = scene.now();
    await scene.append([], [stateOf(group, SUBJECT, undefined)]);
    await scene.append(
      [],
      [stateOf(group, SUBJECT, undefined, { complete: true, generation: 1, since, ruleVersion: 4 })],
    );
    const [context] = await scene.unitOfWork.run({ subjects: [hashOf(SUBJECT)] }, ({ events }) =>
      events.gatesOf(group.id, [hashOf(SUBJECT)]),
    );
    assert.deepEqual(context?.stored, { complete: true, generation: 1, since, ruleVersion: 4 });
  },
  'appends a thousand events of many subjects at once': async (scene) => {
    const receiver = await scene.receiver();
    const events = Array.from({ length: 1_000 }, (_, index) =>
      scene.newEvent(receiver, { subject: { ...SUBJECT, release: String(index % 100) } }),
    );
    const positions = await scene.append(events.map(eventFact));
    assert.ok(isIncreasing(positions));
    const read = await scene.reader.events.search({}, 'asc', ALL);
    assert.deepEqual(
      read.map(({ id }) => id),
      events.map(({ id }) => id),
    );
  },
};

/**
 * What `EventStore` promises.
 *
 * @public
 */
export function eventStoreContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'event store', open, { events: eventStorePromises, 'gate contexts': gateContextPromises });
}
