import assert from 'node:assert/strict';

import type { Group, GroupId, KeptMember, Member, UserId } from '@xzepr/core';

import { ALL, inParts } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';

function add({ unitOfWork }: Scene, { id, receiverIds }: Group, member: Member): Promise<KeptMember> {
  return unitOfWork.run({ exclusiveReceivers: receiverIds }, ({ members }) => members.add(id, member));
}

function remove({ unitOfWork }: Scene, { id, receiverIds }: Group, userId: UserId): Promise<boolean> {
  return unitOfWork.run({ exclusiveReceivers: receiverIds }, ({ members }) => members.remove(id, userId));
}

async function groupsOf({ unitOfWork }: Scene, userId: UserId, ids: readonly GroupId[]): Promise<readonly GroupId[]> {
  return (await unitOfWork.run({}, ({ members }) => members.groupsOf(userId, ids))).toSorted();
}

async function aGroup(scene: Scene): Promise<Group> {
  return scene.group([await scene.receiver()], { membersOnly: true });
}

/** @internal */
export const memberStorePromises: Promises<Scene> = {
  'adds a member, and keeps and gives the first when they are one already': async (scene) => {
    const [group, user] = [await aGroup(scene), await scene.user()];
    const member = scene.newMember(user);
    assert.deepEqual(await add(scene, group, member), { member, added: true });
    const again = await add(scene, group, { ...scene.newMember(user), addedBy: 'another' });
    assert.deepEqual(again, { member, added: false });
    assert.deepEqual(await scene.reader.users.members(group.id, ALL), [member]);
  },
  'adds a member once when several do at the same time': async (scene) => {
    const [group, user] = [await aGroup(scene), await scene.user()];
    const added = await Promise.all(Array.from({ length: 6 }, () => add(scene, group, scene.newMember(user))));
    assert.equal(added.filter((one) => one.added).length, 1);
  },
  'removes a member, and says no when they are none': async (scene) => {
    const [group, other, user] = [await aGroup(scene), await aGroup(scene), await scene.user()];
    for (const one of [group, other]) await scene.member(one, user);
    assert.equal(await remove(scene, group, user.id), true);
    assert.equal(await remove(scene, group, user.id), false);
    assert.deepEqual(await scene.reader.users.members(group.id, ALL), []);
    assert.equal((await scene.reader.users.members(other.id, ALL)).length, 1);
  },
  'tells in which of some groups a user is a member': async (scene) => {
    const [a, b, c] = [await aGroup(scene), await aGroup(scene), await aGroup(scene)];
    const [user, stranger] = [await scene.user(), await scene.user()];
    for (const group of [a, b]) await scene.member(group, user);
    await scene.member(c, stranger);
    assert.deepEqual(await groupsOf(scene, user.id, [c.id, b.id, a.id, b.id]), [a.id, b.id]);
    assert.deepEqual(await groupsOf(scene, user.id, [b.id]), [b.id]);
    assert.deepEqual(await groupsOf(scene, user.id, []), []);
    assert.deepEqual(await groupsOf(scene, scene.newUser().id, [a.id, b.id, c.id]), []);
  },
  'lists the members of a group by user id, in parts of any length': async (scene) => {
    const [group, other] = [await aGroup(scene), await aGroup(scene)];
    const users = [];
    for (let count = 0; count < 5; count += 1) users.push(await scene.user());
    const members = [];
    for (const user of users.toReversed()) members.unshift(await scene.member(group, user));
    await scene.member(other, await scene.user());
    for (const limit of [1, 2, 5, 100]) {
      const read = await inParts(
        limit,
        ({ userId }: Member) => userId,
        (span) => scene.reader.users.members(group.id, span),
      );
      assert.deepEqual(read, members);
    }
    assert.deepEqual(await scene.reader.users.members(scene.newGroup([]).id, ALL), []);
  },
  'keeps the members through changes of a group, and forgets them with it': async (scene) => {
    const [group, user] = [await aGroup(scene), await scene.user()];
    const member = await scene.member(group, user);
    await scene.replaceGroup(group, { ...group, membersOnly: false, enabled: false, resourceVersion: 2 });
    assert.deepEqual(await scene.reader.users.members(group.id, ALL), [member]);
    await scene.removeGroup(group);
    assert.deepEqual(await scene.reader.users.members(group.id, ALL), []);
    assert.deepEqual(await groupsOf(scene, user.id, [group.id]), []);
  },
};

/**
 * What `MemberStore` and `UserReader` promise of members.
 *
 * @public
 */
export function memberStoreContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'member store', open, { members: memberStorePromises });
}
