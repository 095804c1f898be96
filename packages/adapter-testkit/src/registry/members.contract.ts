import assert from 'node:assert/strict';

import type { GroupInput, GroupView, Principal, Receiver, RegistryErrorCode, UnitOfWork, UserId } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { ADMIN, eventInput, pointersOf, principal, principalOf, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

const UNKNOWN = '01KDVG0000ZZZZZZZZZZZZZZZZ';

type Someone = Principal & { readonly userId: UserId };

interface Closed {
  readonly receiver: Receiver;
  readonly group: GroupView;
  readonly owner: Someone;
  readonly reporter: Someone;
}

/** A group for members only, its owner, and someone who may post but is no member yet. */
async function closed(scene: RegistryScene, input: Partial<GroupInput> = {}): Promise<Closed> {
  const receiver = await scene.receiver();
  const owner = principalOf(await scene.user({ roles: ['event_manager'] }));
  const reporter = principalOf(await scene.user({ roles: ['event_reporter'] }));
  const naming = { name: 'closed', type: 'dev.example', version: receiver.id, description: 'for members' };
  const group = { ...naming, receiverIds: [receiver.id], membersOnly: true, ...input };
  return { receiver, group: await scene.registry.createGroup(owner, group), owner, reporter };
}

function post({ registry }: RegistryScene, who: Principal, receiver: Receiver): Promise<unknown> {
  return registry.recordEvent(who, eventInput(receiver));
}

async function shutOut(scene: RegistryScene, who: Principal, { receiver, group }: Closed): Promise<void> {
  const error = await refusal(post(scene, who, receiver), 'NOT_A_MEMBER');
  assert.equal(error.code === 'NOT_A_MEMBER' && error.groupId, group.id);
}

async function countOf({ registry }: RegistryScene): Promise<number> {
  return (await registry.listEvents(ADMIN, {}, { limit: 1_000 })).items.length;
}

async function auditOf({ reader }: RegistryScene): Promise<readonly string[]> {
  const entries = await reader.audit.list({}, { after: undefined, limit: 100 });
  return entries.toReversed().map(({ kind, actor, target }) => `${kind} ${String(target)} by ${String(actor)}`);
}

/** @internal */
export const memberPromises: Promises<RegistryScene> = {
  'takes events from members, the owner and administrators, and from nobody else': async (scene) => {
    const setting = await closed(scene);
    const { receiver, group, owner, reporter } = setting;
    await shutOut(scene, reporter, setting);
    await shutOut(scene, principal('event_manager'), setting);
    await scene.registry.addMember(owner, group.id, reporter.userId);
    for (const who of [reporter, owner, ADMIN]) await post(scene, who, receiver);
    await scene.registry.removeMember(owner, group.id, reporter.userId);
    await shutOut(scene, reporter, setting);
    assert.equal(await countOf(scene), 3);
  },
  'counts an API key as its owner, and a key of nobody as nobody': async (scene) => {
    const setting = await closed(scene);
    const { receiver, group, owner, reporter } = setting;
    const opened = async (maker: Principal, rights: object = {}): Promise<Principal> => {
      const { key } = await scene.registry.createApiKey(maker, { name: 'k', roles: ['event_reporter'], ...rights });
      return (await scene.registry.authenticateApiKey(key)) ?? assert.fail('the key opens nothing');
    };
    await post(scene, await opened(owner), receiver);
    const key = await opened(reporter);
    await shutOut(scene, key, setting);
    await scene.registry.addMember(owner, group.id, reporter.userId);
    await post(scene, key, receiver);
    await shutOut(scene, await opened(ADMIN), setting);
    await post(scene, await opened(ADMIN, { roles: ['admin'] }), receiver);
    for (const narrow of [{ permissions: ['event:create'] }, { receiverIds: [receiver.id] }])
      await shutOut(scene, await opened(ADMIN, { roles: ['admin'], ...narrow }), setting);
  },
  'goes by groups that are disabled too, and by none that is open': async (scene) => {
    const setting = await closed(scene, { enabled: false });
    const { receiver, group, owner, reporter } = setting;
    await scene.group([receiver]);
    await shutOut(scene, reporter, setting);
    await scene.registry.changeGroup(owner, group.id, { membersOnly: false });
    await post(scene, reporter, receiver);
    await scene.registry.changeGroup(owner, group.id, { membersOnly: true });
    await shutOut(scene, reporter, setting);
    await scene.registry.deleteGroup(owner, group.id);
    await post(scene, reporter, receiver);
  },
  'asks for membership in every group for members only that a receiver is in': async (scene) => {
    const setting = await closed(scene);
    const { receiver, group, owner, reporter } = setting;
    const second = await scene.group([receiver], { membersOnly: true });
    await scene.registry.addMember(owner, group.id, reporter.userId);
    await shutOut(scene, reporter, { ...setting, group: second });
    await shutOut(scene, owner, { ...setting, group: second });
    await scene.registry.addMember(ADMIN, second.id, reporter.userId);
    await post(scene, reporter, receiver);
  },
  'leaves other receivers alone': async (scene) => {
    const { reporter } = await closed(scene);
    await post(scene, reporter, await scene.receiver());
    assert.equal(await countOf(scene), 1);
  },
  'refuses one event of a batch alone, and all of an atomic one': async (scene) => {
    const { receiver, reporter } = await closed(scene);
    const open = await scene.receiver();
    const events = [open, receiver, open].map((one) => eventInput(one));
    const results = await scene.registry.recordBatch(reporter, { events, atomic: false });
    assert.deepEqual(
      results.map((result) => (result.kind === 'refused' ? result.error.code : result.kind)),
      ['recorded', 'NOT_A_MEMBER', 'recorded'],
    );
    const atomic = await refusal(scene.registry.recordBatch(reporter, { events, atomic: true }), 'BATCH_REFUSED');
    assert.deepEqual(pointersOf(atomic), ['/events/1']);
    assert.equal(await countOf(scene), 2);
  },
  'refuses strangers alone among those who post at the same time': async (scene) => {
    const { receiver, owner, reporter } = await closed(scene);
    const posts = Array.from({ length: 12 }, (_, index) => post(scene, index % 3 === 0 ? reporter : owner, receiver));
    const answers = await Promise.allSettled(posts);
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 'rejected') await refusal(Promise.reject(answer.reason as Error), 'NOT_A_MEMBER');
      assert.equal(answer.status === 'rejected', index % 3 === 0);
    }
    assert.equal(await countOf(scene), 8);
  },
  'refuses who was removed between asking and recording': async (scene) => {
    const setting = await closed(scene);
    const { group, owner, reporter } = setting;
    await scene.registry.addMember(owner, group.id, reporter.userId);
    let isRemoved = false;
    const unitOfWork: UnitOfWork = {
      async run(scope, work) {
        if (!isRemoved) await scene.registry.removeMember(owner, group.id, reporter.userId);
        isRemoved = true;
        return scene.unitOfWork.run(scope, work);
      },
    };
    const registry = scene.another({ unitOfWork });
    await refusal(registry.recordEvent(reporter, eventInput(setting.receiver)), 'NOT_A_MEMBER');
    assert.equal(await countOf(scene), 0);
  },
  'takes each of many events from someone who is being removed, or refuses it': async (scene) => {
    const setting = await closed(scene);
    const { receiver, group, owner, reporter } = setting;
    await scene.registry.addMember(owner, group.id, reporter.userId);
    const elsewhere = scene.another();
    const posts = Array.from({ length: 10 }, () => elsewhere.recordEvent(reporter, eventInput(receiver)));
    const [answers] = await Promise.all([
      Promise.allSettled(posts),
      scene.registry.removeMember(owner, group.id, reporter.userId),
    ]);
    for (const answer of answers)
      if (answer.status === 'rejected') await refusal(Promise.reject(answer.reason as Error), 'NOT_A_MEMBER');
    assert.equal(await countOf(scene), answers.filter(({ status }) => status === 'fulfilled').length);
    await shutOut(scene, reporter, setting);
  },
  'lets the owner and administrators change members, and nobody else': async (scene) => {
    const { group, owner, reporter } = await closed(scene);
    const { registry } = scene;
    const other = principalOf(await scene.user({ roles: ['event_manager'] }));
    const refused = (promise: Promise<unknown>, code: RegistryErrorCode): Promise<unknown> => refusal(promise, code);
    await registry.addMember(ADMIN, group.id, other.userId);
    await refused(registry.addMember(other, group.id, reporter.userId), 'NOT_A_MEMBER');
    await refused(registry.removeMember(other, group.id, other.userId), 'NOT_A_MEMBER');
    await refused(registry.addMember(reporter, group.id, reporter.userId), 'PERMISSION_DENIED');
    await registry.removeMember(owner, group.id, other.userId);
    assert.deepEqual((await registry.listMembers(reporter, group.id)).items, []);
  },
  'adds someone once, and says whether it did': async (scene) => {
    const { group, owner, reporter } = await closed(scene);
    const first = await scene.registry.addMember(owner, group.id, reporter.userId);
    assert.equal(first.added, true);
    assert.equal((await scene.registry.addMember(ADMIN, group.id, reporter.userId)).added, false);
    assert.deepEqual((await scene.registry.listMembers(owner, group.id)).items, [first.member]);
    assert.equal(first.member.addedBy, owner.id);
  },
  'adds nobody who is not there, and removes nobody who is no member': async (scene) => {
    const { group, owner, reporter } = await closed(scene);
    const { registry } = scene;
    const unknown = await refusal(registry.addMember(owner, group.id, UNKNOWN), 'USER_UNKNOWN');
    const nonsense = await refusal(registry.addMember(owner, group.id, 'nonsense'), 'INVALID_INPUT');
    for (const error of [unknown, nonsense]) assert.deepEqual(pointersOf(error), ['/user_id']);
    await refusal(registry.removeMember(owner, group.id, reporter.userId), 'NOT_FOUND');
    const nowhere = UNKNOWN as GroupView['id'];
    await refusal(registry.addMember(ADMIN, nowhere, reporter.userId), 'NOT_FOUND');
    await refusal(registry.removeMember(ADMIN, nowhere, reporter.userId), 'NOT_FOUND');
    await refusal(registry.listMembers(ADMIN, nowhere), 'NOT_FOUND');
  },
  'keeps who came and went in the audit log, and nothing of what did not happen': async (scene) => {
    const { group, owner, reporter } = await closed(scene);
    await scene.registry.addMember(owner, group.id, reporter.userId);
    await scene.registry.addMember(owner, group.id, reporter.userId);
    await scene.registry.removeMember(ADMIN, group.id, reporter.userId);
    await refusal(scene.registry.removeMember(ADMIN, group.id, reporter.userId), 'NOT_FOUND');
    assert.deepEqual(await auditOf(scene), [
      `group.member_added ${group.id} by ${owner.id}`,
      `group.member_removed ${group.id} by ${ADMIN.id}`,
    ]);
  },
};
