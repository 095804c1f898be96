import assert from 'node:assert/strict';

import type { GroupId, GroupRevision, GroupView, Receiver } from '@xzepr/core';

import { ALL, inParts, subsetsOf } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';

const NAME = { name: 'n', type: 't', version: 'v', enabled: false };

/** Each differs from the first in one field only; the second receiver of the first is in none of the others. */
async function neighbours(scene: Scene, own: Receiver, shared: Receiver): Promise<readonly GroupView[]> {
  const groups = [await scene.group([shared, own], NAME)];
  for (const change of [{ name: 'N' }, { type: 'u' }, { version: 'w' }, { name: 'o', enabled: true }]) {
    groups.push(await scene.group([shared], { ...NAME, ...change }));
  }
  return groups.map((group) => ({ ...group, reconciling: false }));
}

/** @internal */
export const groupReaderPromises: Promises<Scene> = {
  'finds a group, and whether it is being settled': async (scene) => {
    const receiver = await scene.receiver();
    const [group, other] = [await scene.group([receiver]), await scene.group([receiver])];
    await scene.unitOfWork.run({}, ({ reconciliations }) => reconciliations.start(group.id, 1));
    assert.deepEqual(await scene.reader.groups.find(group.id), { ...group, reconciling: true });
    assert.deepEqual(await scene.reader.groups.find(other.id), { ...other, reconciling: false });
    assert.deepEqual(
      (await scene.reader.groups.list({}, ALL)).map(({ reconciling }) => reconciling),
      [true, false],
    );
    assert.equal(await scene.reader.groups.find(scene.newId() as GroupId), undefined);
  },
  'lists what fits all of any filters together': async (scene) => {
    const [own, shared, unused] = [await scene.receiver(), await scene.receiver(), await scene.receiver()];
    const groups = await neighbours(scene, own, shared);
    const filters = [
      ...subsetsOf({ ...NAME, receiverId: shared.id }),
      ...subsetsOf({ ...NAME, receiverId: own.id }),
      { enabled: true },
      { receiverId: unused.id },
    ];
    for (const { receiverId, ...fields } of filters) {
      const expected = groups.filter(
        (group) =>
          Object.entries(fields).every(([field, value]) => group[field as keyof typeof NAME] === value) &&
          (receiverId === undefined || group.receiverIds.includes(receiverId)),
      );
      const some = receiverId === undefined ? fields : { ...fields, receiverId };
      assert.deepEqual(await scene.reader.groups.list(some, ALL), expected, JSON.stringify(some));
    }
  },
  'lists by id, in parts of any length': async (scene) => {
    const receiver = await scene.receiver();
    const made = Array.from({ length: 7 }, () => scene.newGroup([receiver]));
    for (const group of made.toReversed()) {
      await scene.unitOfWork.run({ exclusiveReceivers: [receiver.id] }, ({ groups }) => groups.add(group));
    }
    for (const limit of [1, 3, 7, 100]) {
      const filter = { receiverId: receiver.id };
      const read = await inParts(
        limit,
        ({ id }: GroupView) => id,
        (span) => scene.reader.groups.list(filter, span),
      );
      assert.deepEqual(
        read.map(({ id }) => id),
        made.map(({ id }) => id),
      );
    }
  },
  'tells the revisions by version, in parts of any length': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const group = await scene.group([a, b]);
    for (let version = 2; version <= 12; version += 1) {
      const receiverIds = version % 2 === 0 ? [b.id, a.id] : [a.id, b.id];
      await scene.replaceGroup(group, { ...group, receiverIds, resourceVersion: version, ruleVersion: version });
    }
    for (const limit of [1, 4, 12, 100]) {
      const read = await inParts(
        limit,
        ({ resourceVersion }: GroupRevision) => resourceVersion,
        (span) => scene.reader.groups.revisions(group.id, span),
      );
      assert.deepEqual(
        read.map(({ resourceVersion }) => resourceVersion),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      );
      assert.deepEqual(
        [read[3]?.receiverIds, read[4]?.receiverIds],
        [
          [b.id, a.id],
          [a.id, b.id],
        ],
      );
    }
  },
  'tells no revisions of a group that is not there, or no longer': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    await scene.removeGroup(group);
    assert.deepEqual(await scene.reader.groups.revisions(group.id, ALL), []);
    assert.deepEqual(await scene.reader.groups.revisions(scene.newId() as GroupId, ALL), []);
    assert.deepEqual(await scene.reader.groups.list({}, ALL), []);
  },
};

/**
 * What `GroupReader` promises.
 *
 * @public
 */
export function groupReaderContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'group reader', open, { groups: groupReaderPromises });
}
