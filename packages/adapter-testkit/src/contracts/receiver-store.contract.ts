import assert from 'node:assert/strict';

import type { Receiver, ReceiverId } from '@xzepr/core';

import { ALL, AWKWARD_TEXTS, byId } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import type { Scene } from '../scene.js';
import { receiverGuardPromises } from './receiver-guards.contract.js';
import { declareStorage } from './storage.contract.js';

function find({ unitOfWork }: Scene, id: ReceiverId): Promise<Receiver | undefined> {
  return unitOfWork.run({}, ({ receivers }) => receivers.find(id));
}

/** @internal */
export const receiverStorePromises: Promises<Scene> = {
  'keeps a receiver whole, its schema as it was written': async (scene) => {
    const schema = '{ "const" : 1.0,\n"$comment":"\\u0000 é" }' as Receiver['schema'];
    const receiver = await scene.receiver({ schema, enabled: false, resourceVersion: 1 });
    assert.deepEqual(await find(scene, receiver.id), receiver);
    assert.equal(await find(scene, scene.newReceiver().id), undefined);
  },
  'keeps every text as it is, and takes two that differ at all for different': async (scene) => {
    const made: Receiver[] = [];
    for (const text of [...AWKWARD_TEXTS, 'a', 'A', 'a ']) {
      made.push(await scene.receiver({ name: text, type: text, version: text, description: text, createdBy: text }));
    }
    assert.deepEqual(await scene.reader.receivers.list({}, ALL), made);
  },
  'says who has the name, type and version, and then keeps nothing': async (scene) => {
    const holder = await scene.receiver({ name: 'n', type: 't', version: 'v' });
    const before = await scene.feed();
    const second = scene.newReceiver({ name: 'n', type: 't', version: 'v' });
    const addition = await scene.unitOfWork.run({}, ({ receivers }) => receivers.add(second));
    assert.deepEqual(addition, { kind: 'taken', by: holder.id });
    assert.equal(await find(scene, second.id), undefined);
    assert.deepEqual(await scene.feed(), before);
    for (const change of [{ name: 'N' }, { type: 'u' }, { version: 'w' }]) {
      const other = scene.newReceiver({ name: 'n', type: 't', version: 'v', ...change });
      assert.deepEqual(await scene.unitOfWork.run({}, ({ receivers }) => receivers.add(other)), { kind: 'added' });
    }
  },
  'adds one of several of one name that come at once': async (scene) => {
    const additions = await Promise.all(
      Array.from({ length: 8 }, () => {
        const receiver = scene.newReceiver({ name: 'n', type: 't', version: 'v' });
        return scene.unitOfWork.run({}, ({ receivers }) => receivers.add(receiver));
      }),
    );
    const [only, ...rest] = await scene.reader.receivers.list({}, ALL);
    assert.equal(rest.length, 0);
    assert.equal(additions.filter(({ kind }) => kind === 'added').length, 1);
    for (const addition of additions) if (addition.kind === 'taken') assert.equal(addition.by, only?.id);
  },
  'gives the stamps of those that exist': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver({ enabled: false, resourceVersion: 1 })];
    await scene.replaceReceiver({ ...a, resourceVersion: 2 });
    const unknown = scene.newReceiver().id;
    const stamps = await scene.unitOfWork.run({}, ({ receivers }) => receivers.stamps([b.id, unknown, a.id]));
    assert.deepEqual(byId(stamps), [
      { id: a.id, enabled: true, resourceVersion: 2, guards: [] },
      { id: b.id, enabled: false, resourceVersion: 1, guards: [] },
    ]);
    assert.deepEqual(await scene.unitOfWork.run({}, ({ receivers }) => receivers.stamps([])), []);
  },
  'puts a receiver in the place of the one with its id': async (scene) => {
    const [receiver, other] = [await scene.receiver(), await scene.receiver()];
    const after: Receiver = {
      ...receiver,
      ...{ description: 'changed', schema: 'true' as Receiver['schema'], enabled: false, resourceVersion: 2 },
      ...{ fingerprint: `sha256:${'f'.repeat(64)}`, updatedAt: scene.now() },
    };
    await scene.replaceReceiver(after);
    assert.deepEqual(await scene.reader.receivers.list({}, ALL), [after, other]);
  },
  'keeps every revision, and who made it': async (scene) => {
    const receiver = await scene.receiver();
    const after: Receiver = { ...receiver, description: 'changed', resourceVersion: 2, updatedAt: scene.now() };
    await scene.replaceReceiver(after, 'someone else');
    assert.deepEqual(await scene.reader.receivers.revisions(receiver.id, ALL), [
      { ...receiver, changedBy: receiver.createdBy },
      { ...after, changedBy: 'someone else' },
    ]);
  },
  'removes a receiver, whose name is then free': async (scene) => {
    const receiver = await scene.receiver({ name: 'n', type: 't', version: 'v' });
    assert.equal(await scene.removeReceiver(receiver), 'removed');
    assert.equal(await find(scene, receiver.id), undefined);
    assert.deepEqual(await scene.reader.receivers.byIds([receiver.id]), []);
    const next = await scene.receiver({ name: 'n', type: 't', version: 'v' });
    assert.deepEqual(await find(scene, next.id), next);
  },
  'keeps a receiver that an event refers to': async (scene) => {
    const receiver = await scene.receiver();
    await scene.event(receiver);
    const before = await scene.feed();
    assert.equal(await scene.removeReceiver(receiver), 'in-use');
    assert.deepEqual(await find(scene, receiver.id), receiver);
    assert.deepEqual(await scene.feed(), before);
  },
  'keeps a receiver as long as a group refers to it': async (scene) => {
    const [receiver, other] = [await scene.receiver(), await scene.receiver()];
    const [changed, removed] = [await scene.group([receiver, other]), await scene.group([other, receiver])];
    assert.equal(await scene.removeReceiver(receiver), 'in-use');
    await scene.removeGroup(removed);
    assert.equal(await scene.removeReceiver(receiver), 'in-use');
    await scene.replaceGroup(changed, { ...changed, receiverIds: [other.id], resourceVersion: 2, ruleVersion: 2 });
    assert.equal(await scene.removeReceiver(receiver), 'removed');
  },
  'adds every write to the feed': async (scene) => {
    const receiver = await scene.receiver();
    await scene.replaceReceiver({ ...receiver, resourceVersion: 2 });
    await scene.removeReceiver(receiver);
    const entries = (await scene.feed()).map(({ kind, reference }) => ({ kind, reference }));
    assert.deepEqual(entries, [
      { kind: 'receiver.created', reference: receiver.id },
      { kind: 'receiver.updated', reference: receiver.id },
      { kind: 'receiver.deleted', reference: receiver.id },
    ]);
  },
};

/**
 * What `ReceiverStore` promises.
 *
 * @public
 */
export function receiverStoreContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'receiver store', open, {
    receivers: receiverStorePromises,
    guards: receiverGuardPromises,
  });
}
