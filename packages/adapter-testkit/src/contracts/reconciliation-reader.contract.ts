import assert from 'node:assert/strict';

import type { GroupId, HashedSubject } from '@xzepr/core';

import { ALL, inParts } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import { hashOf, stateOf, subjectNamed } from '../scene.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';

function hashed(names: readonly string[]): readonly object[] {
  return names
    .map((name) => ({ subject: subjectNamed(name), subjectHash: hashOf(subjectNamed(name)) }))
    .toSorted((a, b) => (a.subjectHash < b.subjectHash ? -1 : 1));
}

/** @internal */
export const reconciliationReaderPromises: Promises<Scene> = {
  'tells what is pending, at most as many as asked for': async (scene) => {
    const receiver = await scene.receiver();
    const ids: GroupId[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await scene.group([receiver])).id);
    assert.deepEqual(await scene.reader.reconciliations.pending(10), []);
    for (const id of ids) await scene.unitOfWork.run({}, ({ reconciliations }) => reconciliations.start(id, 1));
    assert.equal((await scene.reader.reconciliations.pending(2)).length, 2);
    const pending = await scene.reader.reconciliations.pending(10);
    assert.deepEqual(pending.map(({ groupId }) => groupId).toSorted(), ids.toSorted());
  },
  'tells the subjects that the group has a state for or its receivers an event of, each once': async (scene) => {
    const [a, b, other] = [await scene.receiver(), await scene.receiver(), await scene.receiver()];
    const [group, neighbour] = [await scene.group([a, b], { enabled: false }), await scene.group([other])];
    const post = (receiver: typeof a, name: string): Promise<unknown> =>
      scene.event(receiver, { subject: subjectNamed(name) });
    for (const name of ['a only', 'both', 'both', 'state too']) await post(a, name);
    for (const name of ['b only', 'both']) await post(b, name);
    await post(other, 'elsewhere');
    const states = ['state only', 'state too'].map((name) => stateOf(group, subjectNamed(name), undefined));
    await scene.append([], [...states, stateOf(neighbour, subjectNamed('state elsewhere'), undefined)]);
    const expected = hashed(['a only', 'both', 'b only', 'state only', 'state too']);
    assert.deepEqual(await scene.reader.reconciliations.subjects(group.id, ALL), expected);
  },
  'goes by the receivers that the group has now': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const group = await scene.group([a]);
    await scene.event(a, { subject: subjectNamed('a') });
    await scene.event(b, { subject: subjectNamed('b') });
    await scene.replaceGroup(group, { ...group, receiverIds: [b.id], resourceVersion: 2, ruleVersion: 2 });
    assert.deepEqual(await scene.reader.reconciliations.subjects(group.id, ALL), hashed(['b']));
  },
  'lists subjects by hash, in parts of any length': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const group = await scene.group([a, b]);
    const names = Array.from({ length: 11 }, (_, index) => `subject ${String(index)}`);
    for (const [index, name] of names.entries()) {
      if (index % 3 > 0) await scene.event(index % 2 === 0 ? a : b, { subject: subjectNamed(name) });
      if (index % 3 < 2) await scene.append([], [stateOf(group, subjectNamed(name), undefined)]);
    }
    for (const limit of [1, 4, 11, 100]) {
      const read = await inParts(
        limit,
        ({ subjectHash }: HashedSubject) => subjectHash,
        (span) => scene.reader.reconciliations.subjects(group.id, span),
      );
      assert.deepEqual(read, hashed(names));
    }
  },
  'tells no subjects of a group that has none, or that is not there': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    assert.deepEqual(await scene.reader.reconciliations.subjects(group.id, ALL), []);
    assert.deepEqual(await scene.reader.reconciliations.subjects(scene.newId() as GroupId, ALL), []);
  },
};

/**
 * What `ReconciliationReader` promises.
 *
 * @public
 */
export function reconciliationReaderContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'reconciliation reader', open, { reconciliations: reconciliationReaderPromises });
}
