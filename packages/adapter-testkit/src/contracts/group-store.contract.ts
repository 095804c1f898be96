import assert from 'node:assert/strict';

import type { Group, GroupId, Receiver } from '@xzepr/core';

import { ALL, AWKWARD_TEXTS } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import { SUBJECT, hashOf, stateOf, transitionFact } from '../scene.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';

function find({ unitOfWork }: Scene, id: GroupId): Promise<Group | undefined> {
  return unitOfWork.run({}, ({ groups }) => groups.find(id));
}

/** @internal */
export const groupStorePromises: Promises<Scene> = {
  'keeps a group whole, its receivers in their order': async (scene) => {
    const [a, b, c] = [await scene.receiver(), await scene.receiver(), await scene.receiver()];
    const change = { policy: 'any', enabled: false, membersOnly: true, ownerId: scene.newId() } as const;
    const group = await scene.group([b, c, a], change);
    assert.deepEqual(await find(scene, group.id), group);
    assert.equal(await find(scene, scene.newId() as GroupId), undefined);
  },
  'keeps a hundred receivers in their order': async (scene) => {
    const receivers: Receiver[] = [];
    for (let count = 0; count < 100; count += 1) receivers.push(await scene.receiver());
    const shuffled = receivers.map((_, index) => receivers[(index * 37) % 100] ?? scene.newReceiver());
    const group = await scene.group(shuffled);
    assert.deepEqual(
      (await find(scene, group.id))?.receiverIds,
      shuffled.map(({ id }) => id),
    );
  },
  'keeps every text as it is, and takes two that differ at all for different': async (scene) => {
    const receiver = await scene.receiver();
    const made = [];
    for (const text of [...AWKWARD_TEXTS, 'a', 'A', 'a ']) {
      const names = { name: text, type: text, version: text, description: text };
      const change = { ...names, ownerId: text, createdBy: text };
      made.push({ ...(await scene.group([receiver], change)), reconciling: false });
    }
    assert.deepEqual(await scene.reader.groups.list({}, ALL), made);
  },
  'says who has the name, type and version, and then keeps nothing': async (scene) => {
    const receiver = await scene.receiver();
    const name = { name: 'n', type: 't', version: 'v' };
    const holder = await scene.group([receiver], name);
    const before = await scene.feed();
    const second = scene.newGroup([receiver], name);
    const scope = { exclusiveReceivers: [receiver.id] };
    const addition = await scene.unitOfWork.run(scope, ({ groups }) => groups.add(second));
    assert.deepEqual(addition, { kind: 'taken', by: holder.id });
    assert.equal(await find(scene, second.id), undefined);
    assert.deepEqual(await scene.feed(), before);
  },
  'adds one of several of one name that come at once': async (scene) => {
    const receivers = [await scene.receiver(), await scene.receiver(), await scene.receiver(), await scene.receiver()];
    const additions = await Promise.all(
      receivers.map((receiver) => {
        const group = scene.newGroup([receiver], { name: 'n', type: 't', version: 'v' });
        return scene.unitOfWork.run({ exclusiveReceivers: [receiver.id] }, ({ groups }) => groups.add(group));
      }),
    );
    const [only, ...rest] = await scene.reader.groups.list({}, ALL);
    assert.equal(rest.length, 0);
    assert.equal(additions.filter(({ kind }) => kind === 'added').length, 1);
    for (const addition of additions) if (addition.kind === 'taken') assert.equal(addition.by, only?.id);
  },
  'puts a group in the place of the one with its id': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const [group, other] = [await scene.group([a]), await scene.group([a])];
    const change = { description: 'changed', receiverIds: [b.id, a.id], policy: 'any', enabled: false } as const;
    const after = {
      ...group,
      ...change,
      membersOnly: true,
      resourceVersion: 2,
      ruleVersion: 2,
      updatedAt: scene.now(),
    };
    await scene.replaceGroup(group, after);
    assert.deepEqual(await find(scene, group.id), after);
    assert.deepEqual(await find(scene, other.id), other);
  },
  'keeps every revision, its receivers and who made it': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const group = await scene.group([a], { ownerId: 'owner' });
    const after = {
      ...group,
      receiverIds: [b.id],
      membersOnly: true,
      resourceVersion: 2,
      ruleVersion: 2,
      updatedAt: scene.now(),
    };
    await scene.replaceGroup(group, after, 'someone else');
    assert.deepEqual(await scene.reader.groups.revisions(group.id, ALL), [
      { ...group, changedBy: group.createdBy },
      { ...after, changedBy: 'someone else' },
    ]);
  },
  'removes a group and its reconciliation; its name is then free': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver], { name: 'n', type: 't', version: 'v' });
    await scene.unitOfWork.run({}, ({ reconciliations }) => reconciliations.start(group.id, 1));
    await scene.removeGroup(group);
    assert.equal(await find(scene, group.id), undefined);
    assert.equal(await scene.reader.groups.find(group.id), undefined);
    assert.deepEqual(await scene.reader.reconciliations.pending(10), []);
    const next = await scene.group([receiver], { name: 'n', type: 't', version: 'v' });
    assert.deepEqual(await find(scene, next.id), next);
  },
  'leaves the edges of a group that is removed': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    const { subjectHash, ...edge } = scene.newTransition(group, SUBJECT);
    const facts = [transitionFact({ ...edge, subjectHash })];
    const [position] = await scene.append(facts, [stateOf(group, SUBJECT, 0, { complete: true, generation: 1 })]);
    await scene.removeGroup(group);
    assert.deepEqual(await scene.reader.events.timeline(hashOf(SUBJECT), ALL), [
      { kind: 'transition', position, transition: { ...edge, position } },
    ]);
  },
  'adds every write to the feed': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    await scene.replaceGroup(group, { ...group, resourceVersion: 2 });
    await scene.removeGroup(group);
    const entries = (await scene.feed()).slice(1).map(({ kind, reference }) => ({ kind, reference }));
    assert.deepEqual(entries, [
      { kind: 'group.created', reference: group.id },
      { kind: 'group.updated', reference: group.id },
      { kind: 'group.deleted', reference: group.id },
    ]);
  },
};

/**
 * What `GroupStore` promises.
 *
 * @public
 */
export function groupStoreContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'group store', open, { groups: groupStorePromises });
}
