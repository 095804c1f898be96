import assert from 'node:assert/strict';

import type { Receiver, ReceiverGuard } from '@xzepr/core';

import { AWKWARD_TEXTS } from '../awkward.js';
import type { Promises } from '../contract.js';
import type { Scene } from '../scene.js';

async function guardsOf({ unitOfWork }: Scene, { id }: Receiver): Promise<readonly ReceiverGuard[]> {
  const [stamp] = await unitOfWork.run({ sharedReceivers: [id] }, ({ receivers }) => receivers.stamps([id]));
  return (stamp?.guards ?? []).toSorted((a, b) => (a.groupId < b.groupId ? -1 : 1));
}

const CLOSED = { membersOnly: true };

/** @internal */
export const receiverGuardPromises: Promises<Scene> = {
  'gives every group for members only that a receiver is in, and its owner': async (scene) => {
    const [inBoth, inOne, inNone] = [await scene.receiver(), await scene.receiver(), await scene.receiver()];
    const a = await scene.group([inBoth, inOne], { ...CLOSED, ownerId: 'owner of a' });
    const b = await scene.group([inNone, inBoth], { ...CLOSED, ownerId: 'owner of b', name: 'b' });
    await scene.group([inNone, inBoth, inOne]);
    const [ofA, ofB] = [
      { groupId: a.id, ownerId: 'owner of a' },
      { groupId: b.id, ownerId: 'owner of b' },
    ];
    assert.deepEqual(await guardsOf(scene, inBoth), [ofA, ofB]);
    assert.deepEqual(await guardsOf(scene, inOne), [ofA]);
    await scene.removeGroup(b);
    assert.deepEqual(await guardsOf(scene, inNone), []);
  },
  'gives an owner as they are written': async (scene) => {
    const receiver = await scene.receiver();
    const owners = AWKWARD_TEXTS;
    for (const ownerId of owners) await scene.group([receiver], { ...CLOSED, ownerId });
    assert.deepEqual(
      (await guardsOf(scene, receiver)).map(({ ownerId }) => ownerId),
      owners,
    );
  },
  'gives groups that are disabled too': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver], { ...CLOSED, enabled: false });
    assert.deepEqual(await guardsOf(scene, receiver), [{ groupId: group.id, ownerId: group.ownerId }]);
  },
  'follows a group that comes to be for members only, or does no longer': async (scene) => {
    const receiver = await scene.receiver();
    const open = await scene.group([receiver]);
    const closed = { ...open, ...CLOSED, resourceVersion: 2 };
    await scene.replaceGroup(open, closed);
    assert.deepEqual(await guardsOf(scene, receiver), [{ groupId: open.id, ownerId: open.ownerId }]);
    await scene.replaceGroup(closed, { ...open, resourceVersion: 3 });
    assert.deepEqual(await guardsOf(scene, receiver), []);
  },
  'follows a receiver into a group and out of it': async (scene) => {
    const [leaving, entering] = [await scene.receiver(), await scene.receiver()];
    const before = await scene.group([leaving], CLOSED);
    await scene.replaceGroup(before, { ...before, receiverIds: [entering.id], resourceVersion: 2 });
    assert.deepEqual(await guardsOf(scene, leaving), []);
    assert.deepEqual(await guardsOf(scene, entering), [{ groupId: before.id, ownerId: before.ownerId }]);
  },
  'gives none of a group that was removed': async (scene) => {
    const receiver = await scene.receiver();
    await scene.removeGroup(await scene.group([receiver], CLOSED));
    assert.deepEqual(await guardsOf(scene, receiver), []);
  },
};
