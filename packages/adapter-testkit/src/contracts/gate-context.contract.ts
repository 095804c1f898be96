import assert from 'node:assert/strict';

import { NO_EVENTS } from '@xzepr/core';
import type { GateContext, GroupId, Post, SubjectHash } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { SUBJECT, eventFact, hashOf, stateOf, subjectNamed } from '../scene.js';
import type { Scene } from '../scene.js';

const OTHER = subjectNamed('other');
const FAILING = { latest: false, everSucceeded: false };

function touchedBy({ unitOfWork }: Scene, posts: readonly Post[]): Promise<readonly GateContext[]> {
  const sharedReceivers = posts.map(({ receiverId }) => receiverId);
  const subjects = posts.map(({ subjectHash }) => subjectHash);
  return unitOfWork.run({ sharedReceivers, subjects }, ({ events }) => events.gatesTouchedBy(posts));
}

function gatesOf(
  { unitOfWork }: Scene,
  id: GroupId,
  subjects: readonly SubjectHash[],
): Promise<readonly GateContext[]> {
  return unitOfWork.run({ subjects }, ({ events }) => events.gatesOf(id, subjects));
}

function inOrder(contexts: readonly GateContext[]): readonly GateContext[] {
  return contexts.toSorted((a, b) => (a.groupId + a.subjectHash < b.groupId + b.subjectHash ? -1 : 1));
}

/** @internal */
export const gateContextPromises: Promises<Scene> = {
  'finds every enabled gate that has a receiver, and no disabled one': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const group = await scene.group([b, a], { policy: 'any', ruleVersion: 3, resourceVersion: 5 });
    await scene.group([a], { enabled: false });
    await scene.group([b]);
    assert.deepEqual(await touchedBy(scene, [{ receiverId: a.id, subjectHash: hashOf(SUBJECT) }]), [
      {
        ...{ groupId: group.id, subjectHash: hashOf(SUBJECT), policy: 'any', ruleVersion: 3 },
        ...{ receiverIds: [b.id, a.id], standings: [NO_EVENTS, NO_EVENTS], stored: undefined },
      },
    ]);
  },
  'finds a gate again that was disabled and enabled': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    const post = { receiverId: receiver.id, subjectHash: hashOf(SUBJECT) };
    const disabled = { ...group, enabled: false, resourceVersion: 2 };
    await scene.replaceGroup(group, disabled);
    assert.deepEqual(await touchedBy(scene, [post]), []);
    await scene.replaceGroup(disabled, { ...group, resourceVersion: 3, ruleVersion: 3 });
    assert.deepEqual(
      (await touchedBy(scene, [post])).map(({ ruleVersion }) => ruleVersion),
      [3],
    );
  },
  'finds no gate when none has the receiver, any more or at all': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const post = { receiverId: a.id, subjectHash: hashOf(SUBJECT) };
    assert.deepEqual(await touchedBy(scene, []), []);
    assert.deepEqual(await touchedBy(scene, [post]), []);
    const [changed, removed] = [await scene.group([a, b]), await scene.group([a])];
    await scene.replaceGroup(changed, { ...changed, receiverIds: [b.id], resourceVersion: 2, ruleVersion: 2 });
    await scene.removeGroup(removed);
    assert.deepEqual(await touchedBy(scene, [post]), []);
  },
  'names a gate and subject once that several posts lead to, and each subject for itself': async (scene) => {
    const [a, b, c] = [await scene.receiver(), await scene.receiver(), await scene.receiver()];
    const [both, single] = [await scene.group([a, b]), await scene.group([c])];
    const [subjectHash, otherHash] = [hashOf(SUBJECT), hashOf(OTHER)];
    const found = await touchedBy(scene, [
      { receiverId: a.id, subjectHash },
      { receiverId: b.id, subjectHash },
      { receiverId: a.id, subjectHash },
      { receiverId: a.id, subjectHash: otherHash },
      { receiverId: c.id, subjectHash: otherHash },
    ]);
    const pairs = inOrder(found).map((context) => [context.groupId, context.subjectHash]);
    const expected = [
      [both.id, subjectHash],
      [both.id, otherHash],
      [single.id, otherHash],
    ];
    assert.deepEqual(
      pairs,
      expected.toSorted((x, y) => (x.join('') < y.join('') ? -1 : 1)),
    );
  },
  'tells where receivers stand, by their newest event and whether any was a success': async (scene) => {
    const [never, failed] = [await scene.receiver(), await scene.receiver()];
    const [wasGood, isGood] = [await scene.receiver(), await scene.receiver()];
    const group = await scene.group([never, failed, wasGood, isGood]);
    await scene.event(never, { subject: OTHER });
    await scene.event(failed, { success: false });
    for (const success of [true, false]) await scene.event(wasGood, { success });
    for (const success of [false, true]) await scene.event(isGood, { success });
    const standings = [
      NO_EVENTS,
      FAILING,
      { latest: false, everSucceeded: true },
      { latest: true, everSucceeded: true },
    ];
    const [touched] = await touchedBy(scene, [{ receiverId: never.id, subjectHash: hashOf(SUBJECT) }]);
    assert.deepEqual(touched?.standings, standings);
    const [same] = await gatesOf(scene, group.id, [hashOf(SUBJECT)]);
    assert.deepEqual(same, touched);
  },
  'takes for the newest event the one with the highest position, whatever its id or time': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    const [older, newer] = [scene.newEvent(receiver), scene.newEvent(receiver, { success: false })];
    await scene.append([eventFact(newer)]);
    await scene.append([eventFact(older)]);
    const [context] = await gatesOf(scene, group.id, [hashOf(SUBJECT)]);
    assert.deepEqual(context?.standings, [{ latest: true, everSucceeded: true }]);
  },
  'tells where a gate stood, for each subject': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    const state = { complete: true, generation: 5, since: scene.now(), ruleVersion: 7 };
    await scene.append([], [stateOf(group, SUBJECT, undefined, state)]);
    const found = inOrder(await gatesOf(scene, group.id, [hashOf(SUBJECT), hashOf(OTHER)]));
    const stored = new Map(found.map((context) => [context.subjectHash, context.stored]));
    assert.equal(found.length, 2);
    assert.deepEqual(stored.get(hashOf(SUBJECT)), state);
    assert.equal(stored.get(hashOf(OTHER)), undefined);
    const touched = await touchedBy(scene, [{ receiverId: receiver.id, subjectHash: hashOf(SUBJECT) }]);
    assert.deepEqual([touched[0]?.stored, touched[0]?.ruleVersion], [state, 1]);
  },
  'gives a gate that is asked for by its id, enabled or not, and nothing for one that is not there': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver], { enabled: false });
    assert.equal((await gatesOf(scene, group.id, [hashOf(SUBJECT)])).length, 1);
    assert.deepEqual(await gatesOf(scene, group.id, []), []);
    assert.deepEqual(await gatesOf(scene, scene.newId() as GroupId, [hashOf(SUBJECT)]), []);
  },
};
