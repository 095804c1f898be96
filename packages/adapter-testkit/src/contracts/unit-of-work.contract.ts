import assert from 'node:assert/strict';

import { NO_EVENTS } from '@xzepr/core';
import type { Receiver, Stores } from '@xzepr/core';

import type { BackendHarness } from '../backend-harness.js';
import { ALL } from '../awkward.js';
import type { Promises, TestRunner } from '../contract.js';
import { SUBJECT, eventFact, hashOf, stateOf, transitionFact } from '../scene.js';
import type { Scene } from '../scene.js';
import { identityRollbackPromises } from './identity-rollback.contract.js';
import { isolationPromises } from './isolation.contract.js';
import { declareStorage } from './storage.contract.js';

class TakenBack extends Error {}

/** Writes something of every kind. */
async function writeAll(scene: Scene, stores: Stores, receiver: Receiver): Promise<void> {
  const group = scene.newGroup([receiver]);
  await stores.receivers.add(receiver);
  await stores.groups.add(group);
  await stores.reconciliations.start(group.id, 1);
  await stores.answers.keep([{ keyId: KEY, requestDigest: KEY, answer: 'done', keptAt: scene.now() }]);
  await stores.apiKeys.add(scene.newApiKey({ hash: KEY }));
}

const KEY = 'a'.repeat(64);

async function countAll({ unitOfWork, reader, feed }: Scene): Promise<readonly number[]> {
  const kept = await unitOfWork.run({}, ({ answers }) => answers.find([KEY]));
  return [
    (await reader.receivers.list({}, ALL)).length,
    (await reader.groups.list({}, ALL)).length,
    (await reader.reconciliations.pending(10)).length,
    (await reader.apiKeys.list(undefined, ALL)).length,
    (await reader.events.search({}, 'asc', ALL)).length,
    kept.length,
    (await feed()).length,
  ];
}

/** @internal */
export const unitOfWorkPromises: Promises<Scene> = {
  'answers what the work answered': async ({ unitOfWork }) => {
    assert.equal(await unitOfWork.run({}, () => Promise.resolve('answer')), 'answer');
  },
  'keeps all writes of work that resolves': async (scene) => {
    const receiver = await scene.receiver();
    await scene.unitOfWork.run(
      { keys: [KEY], subjects: [hashOf(SUBJECT)], sharedReceivers: [receiver.id] },
      async (stores) => {
        await stores.events.append([eventFact(scene.newEvent(receiver))], []);
        await stores.answers.keep([{ keyId: KEY, requestDigest: KEY, answer: 'done', keptAt: scene.now() }]);
        await stores.apiKeys.add(scene.newApiKey());
      },
    );
    assert.deepEqual(await countAll(scene), [1, 0, 0, 1, 1, 1, 2]);
  },
  'keeps none of the writes of work that rejects, and throws what the work threw': async (scene) => {
    const thrown = new TakenBack();
    const receiver = scene.newReceiver();
    const run = scene.unitOfWork.run({ keys: [KEY], exclusiveReceivers: [receiver.id] }, async (stores) => {
      await writeAll(scene, stores, receiver);
      throw thrown;
    });
    await assert.rejects(run, (error) => error === thrown);
    assert.deepEqual(await countAll(scene), [0, 0, 0, 0, 0, 0, 0]);
  },
  'keeps no event, gate state or edge of work that rejects': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    const event = scene.newEvent(receiver);
    const facts = [eventFact(event), transitionFact(scene.newTransition(group, SUBJECT))];
    const scope = { sharedReceivers: [receiver.id], subjects: [event.subjectHash] };
    const run = scene.unitOfWork.run(scope, async ({ events }) => {
      await events.append(facts, [stateOf(group, SUBJECT, 1, { complete: true, generation: 1 })]);
      throw new TakenBack();
    });
    await assert.rejects(run, TakenBack);
    assert.deepEqual(await countAll(scene), [1, 1, 0, 0, 0, 0, 2]);
    assert.deepEqual(await scene.reader.events.timeline(event.subjectHash, ALL), []);
    assert.deepEqual(await scene.reader.gates.transitions(group.id, {}, ALL), []);
    assert.deepEqual(await scene.reader.gates.board(group.id, undefined, ALL), []);
    const contexts = await scene.unitOfWork.run(scope, ({ events }) => events.gatesOf(group.id, scope.subjects));
    assert.deepEqual(contexts[0]?.standings, [NO_EVENTS]);
  },
  'takes back changes and removals of work that rejects': async (scene) => {
    const [changed, removed] = [await scene.receiver(), await scene.receiver()];
    const groups = [await scene.group([changed]), await scene.group([changed])] as const;
    const run = scene.unitOfWork.run({ exclusiveReceivers: [changed.id, removed.id] }, async (stores) => {
      await stores.receivers.replace({ ...changed, description: 'changed', resourceVersion: 2 }, 'changer');
      await stores.receivers.remove(removed, 'remover');
      await stores.groups.replace({ ...groups[0], description: 'changed', resourceVersion: 2 }, 'changer');
      await stores.groups.remove(groups[1], 'remover');
      throw new TakenBack();
    });
    await assert.rejects(run, TakenBack);
    assert.deepEqual(await scene.reader.receivers.list({}, ALL), [changed, removed]);
    assert.equal((await scene.reader.receivers.revisions(changed.id, ALL)).length, 1);
    const views = groups.map((group) => ({ ...group, reconciling: false }));
    assert.deepEqual(await scene.reader.groups.list({}, ALL), views);
    assert.equal((await scene.reader.groups.revisions(groups[0].id, ALL)).length, 1);
    assert.equal((await scene.feed()).length, 4);
  },
  'shows nobody what is written by work that then rejects': async (scene) => {
    let meanwhile: Promise<readonly unknown[]> = Promise.resolve([]);
    const run = scene.unitOfWork.run({}, async ({ receivers }) => {
      await receivers.add(scene.newReceiver());
      meanwhile = scene.reader.receivers.list({}, ALL);
      throw new TakenBack();
    });
    await assert.rejects(run, TakenBack);
    assert.deepEqual(await meanwhile, []);
  },
  'shows work its own writes, and those that ended before': async (scene) => {
    const before = await scene.receiver();
    const own = scene.newReceiver();
    const seen = await scene.unitOfWork.run({}, async ({ receivers }) => {
      await receivers.add(own);
      return [await receivers.find(before.id), await receivers.find(own.id)];
    });
    assert.deepEqual(seen, [before, own]);
  },
  'lets calls that are made at the same time take effect in the order they were made': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    const event = scene.newEvent(receiver, { success: false });
    const scope = { sharedReceivers: [receiver.id], subjects: [event.subjectHash] };
    const [, first, , second] = await scene.unitOfWork.run(scope, ({ events }) =>
      Promise.all([
        events.append([eventFact(event)], []),
        events.gatesTouchedBy([event]),
        events.append([eventFact(scene.newEvent(receiver))], []),
        events.gatesOf(group.id, [event.subjectHash]),
      ]),
    );
    assert.deepEqual(first[0]?.standings, [{ latest: false, everSucceeded: false }]);
    assert.deepEqual(second[0]?.standings, [{ latest: true, everSucceeded: true }]);
  },
  'goes on after work that rejected': async (scene) => {
    await assert.rejects(
      scene.unitOfWork.run({ subjects: [hashOf(SUBJECT)] }, () => Promise.reject(new TakenBack())),
      TakenBack,
    );
    const receiver = await scene.receiver();
    await scene.event(receiver);
    assert.equal((await scene.reader.events.timeline(hashOf(SUBJECT), ALL)).length, 1);
  },
};

/**
 * What `UnitOfWork` promises: all or nothing, and apart from every other.
 *
 * @public
 */
export function unitOfWorkContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'unit of work', open, {
    ...{ atomicity: unitOfWorkPromises, 'atomicity of who is who': identityRollbackPromises },
    isolation: isolationPromises,
  });
}
