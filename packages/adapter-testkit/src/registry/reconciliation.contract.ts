import assert from 'node:assert/strict';

import { StoreUnavailableError } from '@xzepr/core';
import type { GroupInput, GroupView, Receiver, Registry, UnitOfWork } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { SUBJECT, subjectNamed } from '../scene.js';
import { ADMIN, eventInput, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

/** More than are settled in two steps. */
const MANY = 450;

/** A registry that settles nothing by itself, as one that is just about to. */
async function idle(scene: RegistryScene): Promise<Registry> {
  const registry = scene.another();
  await registry.close();
  return registry;
}

function gate(receivers: readonly Receiver[], input: Partial<GroupInput> = {}): GroupInput {
  const naming = { name: 'gate', type: 't', version: '1', description: 'd' };
  return { ...naming, receiverIds: receivers.map(({ id }) => id), ...input };
}

async function postMany(scene: RegistryScene, receiver: Receiver): Promise<void> {
  const events = Array.from({ length: MANY }, (_, index) =>
    eventInput(receiver, { subject: subjectNamed(`subject ${String(index)}`) }),
  );
  await scene.registry.recordBatch(ADMIN, { events, atomic: true });
}

async function movesOf({ registry }: RegistryScene, group: GroupView): Promise<readonly string[]> {
  const { items } = await registry.listTransitions(ADMIN, group.id, {}, { limit: 1_000 });
  return items.toReversed().map(({ state, generation, cause }) => {
    const by = cause.kind === 'event' ? 'event' : `version ${String(cause.resourceVersion)}`;
    return `${state} ${String(generation)} by ${by}`;
  });
}

async function isReconciling({ registry }: RegistryScene, group: GroupView): Promise<boolean> {
  return (await registry.getGroup(ADMIN, group.id)).reconciling;
}

/** A store of which a process gets `steps` units of work, and then no answer. */
function failingAfter(steps: number, { unitOfWork }: RegistryScene): UnitOfWork {
  let left = steps;
  return {
    run(scope, work) {
      left -= 1;
      return left < 0 ? Promise.reject(new StoreUnavailableError()) : unitOfWork.run(scope, work);
    },
  };
}

/** @internal */
export const reconciliationPromises: Promises<RegistryScene> = {
  'settles what was there before a group, and says that the group did it': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    for (const receiver of [a, b]) await scene.post(receiver);
    await scene.post(a, { subject: subjectNamed('half') });
    const group = await scene.group([a, b]);
    assert.equal(group.reconciling, true);
    await scene.registry.reconcile();
    assert.equal(await isReconciling(scene, group), false);
    assert.deepEqual(await movesOf(scene, group), ['completed 1 by version 1']);
    const { items } = await scene.registry.listBoard(ADMIN, group.id);
    assert.deepEqual(items.map(({ subject, complete }) => [subject.name, complete]).toSorted(), [
      ['half', false],
      [SUBJECT.name, true],
    ]);
    assert.equal((await scene.feed()).filter(({ kind }) => kind === 'gate.completed').length, 1);
  },
  'settles anew when receivers, policy or being enabled change, and not otherwise': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const group = await scene.group([a]);
    await scene.post(a);
    await scene.post(b, { success: false });
    const change = async (to: Parameters<Registry['changeGroup']>[2]): Promise<boolean> => {
      const { reconciling } = await scene.registry.changeGroup(ADMIN, group.id, to);
      await scene.registry.reconcile();
      return reconciling;
    };
    assert.equal(await change({ description: 'another' }), false);
    assert.equal(await change({ receiverIds: [a.id, b.id] }), true);
    assert.equal(await change({ receiverIds: [a.id] }), true);
    await scene.post(a, { success: false });
    assert.equal(await change({ policy: 'any' }), true);
    assert.equal(await change({ enabled: false }), false);
    assert.equal(await change({ policy: 'latest' }), false);
    assert.equal((await movesOf(scene, group)).length, 5);
    assert.equal(await change({ enabled: true }), true);
    assert.deepEqual(await movesOf(scene, group), [
      'completed 1 by event',
      'reopened 2 by version 3',
      'completed 3 by version 4',
      'reopened 4 by event',
      'completed 5 by version 5',
      'reopened 6 by version 8',
    ]);
  },
  'records what happened while a gate was disabled as one edge, when it is enabled': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver], { enabled: false });
    for (const success of [true, false, true]) await scene.post(receiver, { success });
    await scene.registry.changeGroup(ADMIN, group.id, { enabled: true });
    await scene.registry.reconcile();
    assert.deepEqual(await movesOf(scene, group), ['completed 1 by version 2']);
  },
  'settles a subject before an event of it moves the gate': async (scene) => {
    const receiver = await scene.receiver();
    await scene.post(receiver);
    const registry = await idle(scene);
    const group = await registry.createGroup(ADMIN, gate([receiver]));
    const event = await scene.post(receiver, { success: false });
    assert.deepEqual(event.transitions, [{ groupId: group.id, state: 'reopened', generation: 2 }]);
    assert.deepEqual(await movesOf(scene, group), ['completed 1 by version 1', 'reopened 2 by event']);
    const { items } = await scene.registry.listTimeline(ADMIN, SUBJECT);
    assert.deepEqual(
      items.map(({ kind }) => kind),
      ['event', 'transition', 'event', 'transition'],
    );
    await scene.registry.reconcile();
    assert.equal((await movesOf(scene, group)).length, 2);
    assert.equal(await isReconciling(scene, group), false);
  },
  'settles a subject that the gate has met under an older rule before an event of it moves the gate': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver], { policy: 'any' });
    await scene.registry.reconcile();
    for (const success of [true, false]) await scene.post(receiver, { success });
    await (await idle(scene)).changeGroup(ADMIN, group.id, { policy: 'latest' });
    const event = await scene.post(receiver);
    assert.deepEqual(event.transitions, [{ groupId: group.id, state: 'completed', generation: 3 }]);
    const moves = ['completed 1 by event', 'reopened 2 by version 2', 'completed 3 by event'];
    assert.deepEqual(await movesOf(scene, group), moves);
  },
  'goes on elsewhere where a process ended in the middle': async (scene) => {
    const receiver = await scene.receiver();
    await postMany(scene, receiver);
    const group = await (await idle(scene)).createGroup(ADMIN, gate([receiver]));
    const ending = scene.another({ unitOfWork: failingAfter(1, scene) });
    await refusal(ending.reconcile(), 'STORE_UNAVAILABLE');
    const before = (await movesOf(scene, group)).length;
    assert.ok(before > 0 && before < MANY, `${String(before)} of ${String(MANY)} are settled`);
    assert.equal(await isReconciling(scene, group), true);
    await scene.another().reconcile();
    assert.equal((await movesOf(scene, group)).length, MANY);
    assert.equal(await isReconciling(scene, group), false);
  },
  'ends after the step under way when it is closed': async (scene) => {
    const receiver = await scene.receiver();
    await postMany(scene, receiver);
    const group = await (await idle(scene)).createGroup(ADMIN, gate([receiver]));
    let close: () => Promise<void> = () => Promise.resolve();
    const unitOfWork: UnitOfWork = {
      run(scope, work) {
        void close();
        return scene.unitOfWork.run(scope, work);
      },
    };
    const closing = scene.another({ unitOfWork });
    close = () => closing.close();
    await closing.reconcile();
    const before = (await movesOf(scene, group)).length;
    assert.ok(before > 0 && before < MANY, `${String(before)} of ${String(MANY)} are settled`);
    await scene.registry.reconcile();
    assert.equal((await movesOf(scene, group)).length, MANY);
  },
  'settles each subject once when several processes do it at once, while events come in': async (scene) => {
    const receiver = await scene.receiver();
    await postMany(scene, receiver);
    const group = await (await idle(scene)).createGroup(ADMIN, gate([receiver]));
    const others = [scene.another(), scene.another(), scene.another()];
    await Promise.all([
      ...others.map((registry) => registry.reconcile()),
      ...['subject 7', 'subject 300', 'new'].map((name) =>
        scene.post(receiver, { success: false, subject: subjectNamed(name) }),
      ),
    ]);
    const moves = await movesOf(scene, group);
    assert.equal(moves.filter((move) => move === 'completed 1 by version 1').length, MANY);
    assert.equal(moves.filter((move) => move === 'reopened 2 by event').length, 2);
    assert.equal(moves.length, MANY + 2);
    assert.equal((await scene.registry.listBoard(ADMIN, group.id, { limit: 1_000 })).items.length, MANY + 1);
  },
  'does nothing when nothing is left': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    await scene.post(receiver);
    await scene.registry.reconcile();
    const feed = await scene.feed();
    for (let times = 0; times < 3; times += 1) await scene.another().reconcile();
    assert.deepEqual(await scene.feed(), feed);
    assert.deepEqual(await movesOf(scene, group), ['completed 1 by event']);
  },
  'ends when the group is disabled or deleted meanwhile': async (scene) => {
    const receiver = await scene.receiver();
    await scene.post(receiver);
    const registry = await idle(scene);
    const group = await registry.createGroup(ADMIN, gate([receiver]));
    await registry.changeGroup(ADMIN, group.id, { enabled: false });
    await scene.registry.reconcile();
    assert.deepEqual(await movesOf(scene, group), []);
    await registry.changeGroup(ADMIN, group.id, { enabled: true });
    await registry.deleteGroup(ADMIN, group.id);
    await scene.registry.reconcile();
    assert.deepEqual(
      (await scene.feed()).filter(({ kind }) => kind.startsWith('gate.')),
      [],
    );
  },
};
