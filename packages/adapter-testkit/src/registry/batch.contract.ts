import assert from 'node:assert/strict';

import { StoreRejectedError, StoreUnavailableError } from '@xzepr/core';
import type { BatchResult, EventInput, Fact, ReceiverId, Stores, UnitOfWork } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { SUBJECT, subjectNamed } from '../scene.js';
import { ADMIN, eventInput, json, pointersOf, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

const UNKNOWN = { id: '01KDVG0000ZZZZZZZZZZZZZZZZ' as ReceiverId };
const REFUSED = 'the store does not like this';

/** A store that refuses one value, as databases do, and says so when it comes to it. */
function refusing({ unitOfWork }: RegistryScene): UnitOfWork {
  const isRefused = (fact: Fact): boolean => fact.kind === 'event' && fact.event.description === REFUSED;
  return {
    run: (scope, work) =>
      unitOfWork.run(scope, (stores: Stores) => {
        const append: Stores['events']['append'] = (facts, states) =>
          facts.some(isRefused) ? Promise.reject(new StoreRejectedError()) : stores.events.append(facts, states);
        return work({ ...stores, events: { ...stores.events, append } });
      }),
  };
}

function summaryOf(results: readonly BatchResult[]): readonly string[] {
  return results.map((result) => (result.kind === 'recorded' ? result.event.description : result.error.code));
}

async function countOf({ registry }: RegistryScene): Promise<number> {
  return (await registry.listEvents(ADMIN, {}, { limit: 1_000 })).items.length;
}

/** @internal */
export const batchPromises: Promises<RegistryScene> = {
  'records the good events of a batch in their order, and says of each other one why not': async (scene) => {
    const receiver = await scene.receiver();
    const events: EventInput[] = [
      eventInput(receiver, { description: 'first' }),
      eventInput(UNKNOWN),
      eventInput(receiver, { payload: json('"bad"') }),
      eventInput(receiver, { description: 'second' }),
      eventInput(receiver, { subject: subjectNamed('') }),
      eventInput(receiver, { description: 'third' }),
    ];
    const results = await scene.registry.recordBatch(ADMIN, { events, atomic: false });
    const expected = ['first', 'RECEIVER_UNKNOWN', 'PAYLOAD_REFUSED', 'second', 'INVALID_INPUT', 'third'];
    assert.deepEqual(summaryOf(results), expected);
    const { items } = await scene.registry.listEvents(ADMIN, {}, { order: 'asc' });
    assert.deepEqual(
      items,
      results.flatMap((result) => (result.kind === 'recorded' ? [result.event] : [])),
    );
  },
  'records all of an atomic batch or none, naming each bad event': async (scene) => {
    const receiver = await scene.receiver();
    const good = eventInput(receiver);
    const bad = eventInput(receiver, { payload: json('"bad"') });
    const mixed = scene.registry.recordBatch(ADMIN, { events: [good, bad, eventInput(UNKNOWN), good], atomic: true });
    const pointers = ['/events/1/payload/deep', '/events/2/event_receiver_id'];
    assert.deepEqual(pointersOf(await refusal(mixed, 'BATCH_REFUSED')), pointers);
    assert.equal(await countOf(scene), 0);
    const results = await scene.registry.recordBatch(ADMIN, { events: [good, good], atomic: true });
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ['recorded', 'recorded'],
    );
    assert.equal(await countOf(scene), 2);
  },
  'takes 1 to 1,000 events': async (scene) => {
    const receiver = await scene.receiver();
    const batch = (length: number): Promise<readonly BatchResult[]> =>
      scene.registry.recordBatch(ADMIN, { events: Array.from({ length }, () => eventInput(receiver)), atomic: false });
    await refusal(batch(0), 'INVALID_INPUT');
    await refusal(batch(1_001), 'INVALID_INPUT');
    assert.equal((await batch(1_000)).length, 1_000);
    assert.equal(await countOf(scene), 1_000);
  },
  'answers a batch of which no event is good': async (scene) => {
    const results = await scene.registry.recordBatch(ADMIN, { events: [eventInput(UNKNOWN)], atomic: false });
    assert.deepEqual(summaryOf(results), ['RECEIVER_UNKNOWN']);
  },
  'moves gates event by event within a batch': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const group = await scene.group([a, b]);
    const posts = [
      [a, true],
      [b, true],
      [a, false],
      [b, false],
      [a, true],
      [b, true],
    ] as const;
    const events = posts.map(([receiver, success]) => eventInput(receiver, { success }));
    const results = await scene.registry.recordBatch(ADMIN, { events, atomic: false });
    const moves = results.map((result) =>
      result.kind === 'recorded' ? result.event.transitions.map(({ state, generation }) => [state, generation]) : [],
    );
    assert.deepEqual(moves, [[], [['completed', 1]], [['reopened', 2]], [], [], [['completed', 3]]]);
    assert.equal((await scene.verdict(group)).state, 'complete');
  },
  'goes by a receiver that was changed elsewhere for the whole batch': async (scene) => {
    const [steady, changed] = [await scene.receiver(), await scene.receiver()];
    for (const receiver of [steady, changed]) await scene.post(receiver);
    await scene.another().changeReceiver(ADMIN, changed.id, { schema: json('false') });
    const events = [eventInput(steady), eventInput(changed), eventInput(steady)];
    const results = await scene.registry.recordBatch(ADMIN, { events, atomic: false });
    assert.deepEqual(summaryOf(results), ['unit tests', 'PAYLOAD_REFUSED', 'unit tests']);
    assert.equal(await countOf(scene), 4);
  },
  'records the neighbours of an event that the store refuses': async (scene) => {
    const receiver = await scene.receiver();
    const registry = scene.another({ unitOfWork: refusing(scene) });
    const descriptions = ['a', 'b', REFUSED, 'c', REFUSED, 'd'];
    const answers = await Promise.allSettled(
      descriptions.map((description) => registry.recordEvent(ADMIN, eventInput(receiver, { description }))),
    );
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 'rejected') await refusal(Promise.reject(answer.reason as Error), 'STORE_REJECTED');
      assert.equal(answer.status === 'rejected', descriptions[index] === REFUSED);
    }
    const { items } = await registry.listEvents(ADMIN, {}, { order: 'asc' });
    assert.deepEqual(items.map(({ description }) => description).sort(), ['a', 'b', 'c', 'd']);
  },
  'records the rest of a batch of which the store refuses one, unless it is atomic': async (scene) => {
    const receiver = await scene.receiver();
    const registry = scene.another({ unitOfWork: refusing(scene) });
    const events = ['a', REFUSED, 'b'].map((description) => eventInput(receiver, { description }));
    const atomic = registry.recordBatch(ADMIN, { events, atomic: true });
    assert.deepEqual(pointersOf(await refusal(atomic, 'BATCH_REFUSED')), ['/events/1']);
    assert.equal(await countOf(scene), 0);
    const results = await registry.recordBatch(ADMIN, { events, atomic: false });
    assert.deepEqual(summaryOf(results), ['a', 'STORE_REJECTED', 'b']);
  },
  'says that the store does not answer, and records again once it does': async (scene) => {
    const receiver = await scene.receiver();
    let isDown = true;
    const unitOfWork: UnitOfWork = {
      run: (scope, work) => (isDown ? Promise.reject(new StoreUnavailableError()) : scene.unitOfWork.run(scope, work)),
    };
    const registry = scene.another({ unitOfWork });
    await refusal(registry.recordEvent(ADMIN, eventInput(receiver)), 'STORE_UNAVAILABLE');
    isDown = false;
    assert.deepEqual((await registry.recordEvent(ADMIN, eventInput(receiver))).subject, SUBJECT);
    assert.equal(await countOf(scene), 1);
  },
};
