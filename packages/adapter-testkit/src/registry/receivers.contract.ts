import assert from 'node:assert/strict';

import { fingerprintText } from '@xzepr/core';
import type { ReceiverId, ReceiverInput } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { sha256Digest } from '../memory/deterministic.js';
import { ADMIN, json, pointersOf, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

const UNKNOWN = '01KDVG0000ZZZZZZZZZZZZZZZZ' as ReceiverId;
const INPUT: ReceiverInput = { name: 'n', type: 't', version: 'v', description: 'd', schema: json('{ "const": 1.0 }') };
const digest = sha256Digest();
const sha256 = (text: string): string => digest.sha256(text);

/** @internal */
export const receiverPromises: Promises<RegistryScene> = {
  'makes a receiver and gives it back whole': async ({ registry }) => {
    const receiver = await registry.createReceiver(ADMIN, INPUT);
    const { id, createdAt, updatedAt, ...rest } = receiver;
    const fingerprint = `sha256:${sha256(fingerprintText(INPUT, { const: 1 }))}`;
    assert.deepEqual(rest, {
      ...{ name: 'n', type: 't', version: 'v', description: 'd', schema: '{ "const": 1.0 }', fingerprint },
      ...{ enabled: true, resourceVersion: 1, createdBy: ADMIN.id },
    });
    assert.equal(createdAt, updatedAt);
    assert.deepEqual(await registry.getReceiver(ADMIN, id), receiver);
    assert.deepEqual((await registry.listReceivers(ADMIN, {})).items, [receiver]);
    assert.deepEqual((await registry.listReceivers(ADMIN, { name: 'n', enabled: false })).items, []);
  },
  'refuses a receiver with every bad field named': async ({ registry }) => {
    const bad = { name: '', type: '\t', version: 'x'.repeat(256), description: 'x'.repeat(1_001), schema: json('[]') };
    const error = await refusal(registry.createReceiver(ADMIN, bad), 'INVALID_INPUT');
    assert.deepEqual(pointersOf(error), ['/name', '/type', '/version', '/description', '/schema']);
  },
  'refuses a schema that cannot be used, and says where': async (scene) => {
    const problems = [{ pointer: '/type', detail: 'is no type' }];
    const payloads = {
      compile: () => Promise.resolve({ kind: 'refused', problems } as const),
      check: () => ({ kind: 'valid' }) as const,
    };
    const refusing = scene.another({ payloads });
    const error = await refusal(refusing.createReceiver(ADMIN, INPUT), 'SCHEMA_REFUSED');
    assert.deepEqual(pointersOf(error), ['/schema/type']);
    const { id } = await scene.receiver();
    await refusal(refusing.changeReceiver(ADMIN, id, { schema: json('true') }), 'SCHEMA_REFUSED');
    assert.equal((await scene.registry.getReceiver(ADMIN, id)).resourceVersion, 1);
  },
  'names the one that has the name, type and version already': async ({ registry }) => {
    const { id } = await registry.createReceiver(ADMIN, INPUT);
    const error = await refusal(registry.createReceiver(ADMIN, INPUT), 'RECEIVER_EXISTS');
    assert.equal(error.code === 'RECEIVER_EXISTS' && error.existingId, id);
    await registry.createReceiver(ADMIN, { ...INPUT, version: 'w' });
  },
  'changes what it is told to, and keeps every revision': async (scene) => {
    const { registry } = scene;
    const first = await registry.createReceiver(ADMIN, INPUT);
    const second = await registry.changeReceiver(ADMIN, first.id, { description: 'other' }, 1);
    assert.deepEqual(second, { ...first, description: 'other', resourceVersion: 2, updatedAt: second.updatedAt });
    const third = await registry.changeReceiver(ADMIN, first.id, { schema: json('true'), enabled: false });
    const fingerprint = `sha256:${sha256(fingerprintText(INPUT, true))}`;
    const change = { schema: 'true', enabled: false, fingerprint, resourceVersion: 3, updatedAt: third.updatedAt };
    assert.deepEqual(third, { ...second, ...change });
    assert.ok(third.updatedAt > second.updatedAt);
    assert.deepEqual(await registry.getReceiver(ADMIN, first.id), third);
    const revisions = [first, second, third].map((revision) => ({ ...revision, changedBy: ADMIN.id }));
    assert.deepEqual((await registry.listReceiverRevisions(ADMIN, first.id)).items, revisions);
  },
  'makes no new version of a change that changes nothing': async ({ registry }) => {
    const receiver = await registry.createReceiver(ADMIN, INPUT);
    const change = { description: 'd', schema: json('{ "const": 1.0 }'), enabled: true };
    assert.deepEqual(await registry.changeReceiver(ADMIN, receiver.id, change), receiver);
    assert.equal((await registry.listReceiverRevisions(ADMIN, receiver.id)).items.length, 1);
  },
  'refuses a change of an older version, also when two come at once': async (scene) => {
    const receiver = await scene.receiver();
    await scene.registry.changeReceiver(ADMIN, receiver.id, { description: 'other' });
    const error = await refusal(
      scene.registry.changeReceiver(ADMIN, receiver.id, { enabled: false }, 1),
      'VERSION_STALE',
    );
    assert.equal(error.code === 'VERSION_STALE' && error.currentVersion, 2);
    await refusal(scene.registry.deleteReceiver(ADMIN, receiver.id, 1), 'VERSION_STALE');
    const answers = await Promise.allSettled(
      [scene.registry, scene.another(), scene.another()].map((registry, index) =>
        registry.changeReceiver(ADMIN, receiver.id, { description: `by ${String(index)}` }, 2),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal((await scene.registry.getReceiver(ADMIN, receiver.id)).resourceVersion, 3);
  },
  'deletes a receiver that nothing refers to, and no other': async (scene) => {
    const [free, posted, grouped] = [await scene.receiver(), await scene.receiver(), await scene.receiver()];
    await scene.post(posted);
    const group = await scene.group([grouped]);
    await scene.registry.deleteReceiver(ADMIN, free.id, 1);
    for (const { id } of [posted, grouped]) await refusal(scene.registry.deleteReceiver(ADMIN, id), 'RECEIVER_IN_USE');
    await scene.registry.deleteGroup(ADMIN, group.id);
    await scene.registry.deleteReceiver(ADMIN, grouped.id);
    assert.deepEqual((await scene.registry.listReceivers(ADMIN, {})).items, [posted]);
    await refusal(scene.registry.listReceiverRevisions(ADMIN, free.id), 'NOT_FOUND');
    await refusal(scene.post(free), 'RECEIVER_UNKNOWN');
  },
  'says that there is no such receiver': async ({ registry }) => {
    await refusal(registry.getReceiver(ADMIN, UNKNOWN), 'NOT_FOUND');
    await refusal(registry.changeReceiver(ADMIN, UNKNOWN, {}), 'NOT_FOUND');
    await refusal(registry.deleteReceiver(ADMIN, UNKNOWN), 'NOT_FOUND');
    await refusal(registry.listReceiverRevisions(ADMIN, UNKNOWN), 'NOT_FOUND');
  },
  'announces what was made, changed and deleted': async (scene) => {
    const { id } = await scene.receiver();
    await scene.registry.changeReceiver(ADMIN, id, { description: 'other' });
    await scene.registry.deleteReceiver(ADMIN, id);
    const feed = (await scene.feed()).map(({ kind, reference }) => `${kind} ${reference}`);
    assert.deepEqual(
      feed,
      ['created', 'updated', 'deleted'].map((what) => `receiver.${what} ${id}`),
    );
  },
};
