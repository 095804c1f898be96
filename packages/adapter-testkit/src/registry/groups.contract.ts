import assert from 'node:assert/strict';

import type { GroupId, GroupInput } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { ADMIN, pointersOf, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

const UNKNOWN = '01KDVG0000ZZZZZZZZZZZZZZZZ';

function inputFor(receiverIds: readonly string[]): GroupInput {
  return { name: 'n', type: 't', version: 'v', description: 'd', receiverIds };
}

/** @internal */
export const groupPromises: Promises<RegistryScene> = {
  'makes a group and gives it back whole': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const group = await scene.registry.createGroup(ADMIN, inputFor([b.id, a.id]));
    const { id, createdAt, updatedAt, ...rest } = group;
    assert.deepEqual(rest, {
      ...{ name: 'n', type: 't', version: 'v', description: 'd', receiverIds: [b.id, a.id], policy: 'latest' },
      ...{ enabled: true, membersOnly: false, ownerId: ADMIN.id, resourceVersion: 1, ruleVersion: 1 },
      ...{ createdBy: ADMIN.id, reconciling: true },
    });
    assert.equal(createdAt, updatedAt);
    await scene.registry.reconcile();
    const settled = { ...group, reconciling: false };
    assert.deepEqual(await scene.registry.getGroup(ADMIN, id), settled);
    assert.deepEqual((await scene.registry.listGroups(ADMIN, { receiverId: a.id })).items, [settled]);
    assert.deepEqual((await scene.registry.listGroups(ADMIN, { enabled: false })).items, []);
  },
  'refuses a group with every bad field named': async (scene) => {
    const { id } = await scene.receiver();
    const bad = { name: '', type: ' ', version: 'x'.repeat(256), description: '', receiverIds: [id, 'nonsense', id] };
    const error = await refusal(scene.registry.createGroup(ADMIN, bad), 'INVALID_INPUT');
    const pointers = ['/name', '/type', '/version', '/description', '/event_receiver_ids/2', '/event_receiver_ids/1'];
    assert.deepEqual(pointersOf(error).toSorted(), pointers.toSorted());
    for (const receiverIds of [[], Array.from({ length: 101 }, () => id)]) {
      await refusal(scene.registry.createGroup(ADMIN, inputFor(receiverIds)), 'INVALID_INPUT');
    }
  },
  'names each receiver that does not exist': async (scene) => {
    const { id } = await scene.receiver();
    const missing = [UNKNOWN, id, UNKNOWN.replace('Z', 'Y')];
    const error = await refusal(scene.registry.createGroup(ADMIN, inputFor(missing)), 'RECEIVER_UNKNOWN');
    assert.deepEqual(pointersOf(error), ['/event_receiver_ids/0', '/event_receiver_ids/2']);
    const group = await scene.registry.createGroup(ADMIN, inputFor([id]));
    await refusal(scene.registry.changeGroup(ADMIN, group.id, { receiverIds: [UNKNOWN] }), 'RECEIVER_UNKNOWN');
    assert.equal((await scene.registry.getGroup(ADMIN, group.id)).resourceVersion, 1);
  },
  'names the one that has the name, type and version already': async (scene) => {
    const { id } = await scene.receiver();
    const first = await scene.registry.createGroup(ADMIN, inputFor([id]));
    const error = await refusal(scene.registry.createGroup(ADMIN, inputFor([id])), 'GROUP_EXISTS');
    assert.equal(error.code === 'GROUP_EXISTS' && error.existingId, first.id);
  },
  'changes what it is told to, and keeps every revision': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const { reconciling: _first, ...first } = await scene.registry.createGroup(ADMIN, inputFor([a.id]));
    const described = await scene.registry.changeGroup(ADMIN, first.id, { description: 'other' }, 1);
    const { reconciling: _second, ...second } = described;
    assert.deepEqual(second, { ...first, description: 'other', resourceVersion: 2, updatedAt: second.updatedAt });
    const change = { receiverIds: [b.id, a.id], policy: 'any' } as const;
    const { reconciling, ...third } = await scene.registry.changeGroup(ADMIN, first.id, change, 2);
    const versions = { resourceVersion: 3, ruleVersion: 3, updatedAt: third.updatedAt };
    assert.deepEqual(third, { ...second, ...change, ...versions });
    assert.equal(reconciling, true);
    await scene.registry.reconcile();
    assert.deepEqual(await scene.registry.getGroup(ADMIN, first.id), { ...third, reconciling: false });
    const revisions = [first, second, third].map((revision) => ({ ...revision, changedBy: ADMIN.id }));
    assert.deepEqual((await scene.registry.listGroupRevisions(ADMIN, first.id)).items, revisions);
  },
  'makes no new version of a change that changes nothing': async (scene) => {
    const { id } = await scene.receiver();
    const group = await scene.registry.createGroup(ADMIN, inputFor([id]));
    await scene.registry.reconcile();
    const change = { description: 'd', receiverIds: [id], policy: 'latest', enabled: true } as const;
    assert.deepEqual(await scene.registry.changeGroup(ADMIN, group.id, change), { ...group, reconciling: false });
    assert.equal((await scene.registry.listGroupRevisions(ADMIN, group.id)).items.length, 1);
  },
  'refuses a change of an older version, also when two come at once': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    await scene.registry.changeGroup(ADMIN, group.id, { description: 'other' });
    const error = await refusal(scene.registry.changeGroup(ADMIN, group.id, { enabled: false }, 1), 'VERSION_STALE');
    assert.equal(error.code === 'VERSION_STALE' && error.currentVersion, 2);
    await refusal(scene.registry.deleteGroup(ADMIN, group.id, 1), 'VERSION_STALE');
    const answers = await Promise.allSettled(
      [scene.registry, scene.another(), scene.another()].map((registry, index) =>
        registry.changeGroup(ADMIN, group.id, { description: `by ${String(index)}` }, 2),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal((await scene.registry.getGroup(ADMIN, group.id)).resourceVersion, 3);
  },
  'says that there is no such group': async ({ registry }) => {
    const id = UNKNOWN as GroupId;
    await refusal(registry.getGroup(ADMIN, id), 'NOT_FOUND');
    await refusal(registry.changeGroup(ADMIN, id, {}), 'NOT_FOUND');
    await refusal(registry.deleteGroup(ADMIN, id), 'NOT_FOUND');
    await refusal(registry.listGroupRevisions(ADMIN, id), 'NOT_FOUND');
  },
  'announces what was made, changed and deleted': async (scene) => {
    const { id } = await scene.group([await scene.receiver()]);
    await scene.registry.changeGroup(ADMIN, id, { description: 'other' });
    await scene.registry.deleteGroup(ADMIN, id);
    const feed = (await scene.feed()).slice(1).map(({ kind, reference }) => `${kind} ${reference}`);
    assert.deepEqual(
      feed,
      ['created', 'updated', 'deleted'].map((what) => `group.${what} ${id}`),
    );
  },
};
