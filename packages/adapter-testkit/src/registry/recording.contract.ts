import assert from 'node:assert/strict';

import type { EventInput, ProvenanceEvent, ReceiverId } from '@xzepr/core';

import { AWKWARD_PAYLOADS, AWKWARD_TEXTS } from '../awkward.js';
import type { Promises } from '../contract.js';
import { SUBJECT, subjectNamed } from '../scene.js';
import { ADMIN, eventInput, json, pointersOf, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

const UNKNOWN = '01KDVG0000ZZZZZZZZZZZZZZZZ';

async function kept({ registry }: RegistryScene): Promise<readonly ProvenanceEvent[]> {
  return (await registry.listEvents(ADMIN, {}, { limit: 1_000, order: 'asc' })).items;
}

/** @internal */
export const recordingPromises: Promises<RegistryScene> = {
  'records an event and gives it back whole': async (scene) => {
    const receiver = await scene.receiver();
    const event = await scene.post(receiver);
    const { id, position, createdAt, ...rest } = event;
    assert.deepEqual(rest, {
      ...{ subject: SUBJECT, description: 'unit tests', payload: '{ "passed": 812.0 }', success: true },
      ...{ receiverId: receiver.id, receiverVersion: 1, createdBy: ADMIN.id, transitions: [] },
    });
    assert.ok(position > 0 && createdAt > receiver.createdAt);
    assert.deepEqual(await scene.registry.getEvent(ADMIN, id), event);
    assert.deepEqual(await kept(scene), [event]);
  },
  'records any text and payload as it was sent': async (scene) => {
    const receiver = await scene.receiver();
    for (const text of AWKWARD_TEXTS.filter((some) => some.trim() !== '')) {
      const subject = { name: text, version: text, release: text, platformId: text, package: text };
      const event = await scene.post(receiver, { subject, description: text });
      assert.deepEqual(await scene.registry.getEvent(ADMIN, event.id), event);
      assert.deepEqual([event.subject, event.description], [subject, text]);
    }
    for (const text of AWKWARD_PAYLOADS) {
      const { id } = await scene.post(receiver, { payload: json(text) });
      assert.equal((await scene.registry.getEvent(ADMIN, id)).payload, json(text).text);
    }
  },
  'refuses an event with every bad field named, and keeps nothing': async (scene) => {
    const receiver = await scene.receiver();
    const subject = { name: ' ', version: '\0', release: '\ud800', platformId: 'x'.repeat(256), package: '' };
    const bad: EventInput = {
      ...eventInput(receiver),
      subject,
      description: 'x'.repeat(1_001),
      receiverId: 'nonsense',
    };
    const error = await refusal(scene.registry.recordEvent(ADMIN, bad), 'INVALID_INPUT');
    const pointers = [
      '/name',
      '/version',
      '/release',
      '/platform_id',
      '/package',
      '/description',
      '/event_receiver_id',
    ];
    assert.deepEqual(pointersOf(error), pointers);
    assert.deepEqual(await kept(scene), []);
  },
  'refuses an event for a receiver that does not exist, or takes none': async (scene) => {
    const receiver = await scene.receiver();
    const unknown = scene.post({ ...receiver, id: UNKNOWN as ReceiverId });
    assert.deepEqual(pointersOf(await refusal(unknown, 'RECEIVER_UNKNOWN')), ['/event_receiver_id']);
    await scene.registry.changeReceiver(ADMIN, receiver.id, { enabled: false });
    await refusal(scene.post(receiver), 'RECEIVER_DISABLED');
    assert.deepEqual(await kept(scene), []);
  },
  'refuses a payload that does not fit, or cannot be checked within the limits': async (scene) => {
    const receiver = await scene.receiver();
    const bad = await refusal(scene.post(receiver, { payload: json('"bad"') }), 'PAYLOAD_REFUSED');
    assert.deepEqual(pointersOf(bad), ['/payload/deep']);
    const slow = await refusal(scene.post(receiver, { payload: json('"slow"') }), 'PAYLOAD_CHECK_LIMIT');
    assert.deepEqual(pointersOf(slow), ['/payload']);
    assert.deepEqual(await kept(scene), []);
  },
  'goes by the receiver as it is now, whoever changed it': async (scene) => {
    const receiver = await scene.receiver();
    const elsewhere = scene.another();
    await scene.post(receiver);
    await elsewhere.changeReceiver(ADMIN, receiver.id, { schema: json('false') });
    await refusal(scene.post(receiver), 'PAYLOAD_REFUSED');
    await elsewhere.changeReceiver(ADMIN, receiver.id, { schema: json('true') });
    assert.equal((await scene.post(receiver)).receiverVersion, 3);
    await elsewhere.changeReceiver(ADMIN, receiver.id, { enabled: false });
    await refusal(scene.post(receiver), 'RECEIVER_DISABLED');
    await elsewhere.changeReceiver(ADMIN, receiver.id, { enabled: true });
    assert.equal((await scene.post(receiver)).receiverVersion, 5);
  },
  'lets no event and removal of its receiver both succeed': async (scene) => {
    const elsewhere = scene.another();
    for (let round = 0; round < 10; round += 1) {
      const receiver = await scene.receiver();
      const [posted, removed] = await Promise.allSettled([
        scene.post(receiver),
        elsewhere.deleteReceiver(ADMIN, receiver.id),
      ]);
      assert.notEqual(posted.status, removed.status);
      const { items } = await scene.registry.listEvents(ADMIN, { receiverId: receiver.id });
      assert.equal(items.length, posted.status === 'fulfilled' ? 1 : 0);
    }
  },
  'records events that come at once, through several registries, each once': async (scene) => {
    const receiver = await scene.receiver();
    const registries = [scene.registry, scene.another()];
    const events = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const subject = subjectNamed(String(index % 5));
        return (registries[index % 2] ?? scene.registry).recordEvent(ADMIN, eventInput(receiver, { subject }));
      }),
    );
    const byPosition = events.toSorted((a, b) => a.position - b.position);
    assert.deepEqual(await kept(scene), byPosition);
    assert.equal(new Set(events.map(({ position }) => position)).size, 40);
    const recorded = (await scene.feed()).filter(({ kind }) => kind === 'event.recorded');
    assert.deepEqual(
      recorded.map(({ reference }) => reference),
      byPosition.map(({ id }) => id),
    );
  },
  'gives an event of a subject a greater position than those answered before': async (scene) => {
    const receiver = await scene.receiver();
    const positions: number[] = [];
    for (let count = 0; count < 5; count += 1) positions.push((await scene.post(receiver)).position);
    assert.deepEqual(
      positions,
      positions.toSorted((a, b) => a - b),
    );
  },
  'says that there is no such event': async (scene) => {
    await refusal(scene.registry.getEvent(ADMIN, UNKNOWN as ProvenanceEvent['id']), 'NOT_FOUND');
  },
};
