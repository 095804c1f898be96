import assert from 'node:assert/strict';

import type { Reconciliation, SubjectHash } from '@xzepr/core';

import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import { hashOf, subjectNamed } from '../scene.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';

const CURSOR = hashOf(subjectNamed('cursor'));

async function started(scene: Scene, ruleVersion = 1): Promise<Reconciliation> {
  const { id: groupId } = await scene.group([await scene.receiver()]);
  await scene.unitOfWork.run({}, ({ reconciliations }) => reconciliations.start(groupId, ruleVersion));
  return { groupId, ruleVersion, cursor: undefined };
}

function advance({ unitOfWork }: Scene, from: Reconciliation, to: SubjectHash | undefined): Promise<boolean> {
  return unitOfWork.run({}, ({ reconciliations }) => reconciliations.advance(from, to));
}

function pending({ reader }: Scene): Promise<readonly Reconciliation[]> {
  return reader.reconciliations.pending(10);
}

/** @internal */
export const reconciliationStorePromises: Promises<Scene> = {
  'begins before the first subject, and the group says so': async (scene) => {
    const reconciliation = await started(scene, 3);
    assert.deepEqual(await pending(scene), [reconciliation]);
    assert.equal((await scene.reader.groups.find(reconciliation.groupId))?.reconciling, true);
  },
  'begins anew for a new rule, wherever it was': async (scene) => {
    const reconciliation = await started(scene);
    const { groupId } = reconciliation;
    await advance(scene, reconciliation, CURSOR);
    await scene.unitOfWork.run({}, ({ reconciliations }) => reconciliations.start(groupId, 2));
    assert.deepEqual(await pending(scene), [{ groupId, ruleVersion: 2, cursor: undefined }]);
  },
  'goes on to where it is told, and ends when told so': async (scene) => {
    const reconciliation = await started(scene);
    assert.equal(await advance(scene, reconciliation, CURSOR), true);
    assert.deepEqual(await pending(scene), [{ ...reconciliation, cursor: CURSOR }]);
    assert.equal(await advance(scene, { ...reconciliation, cursor: CURSOR }, undefined), true);
    assert.deepEqual(await pending(scene), []);
    assert.equal((await scene.reader.groups.find(reconciliation.groupId))?.reconciling, false);
  },
  'stays where it is when it is not any more where the caller saw it': async (scene) => {
    const reconciliation = await started(scene);
    const moved = { ...reconciliation, cursor: CURSOR };
    assert.equal(await advance(scene, moved, undefined), false);
    await advance(scene, reconciliation, CURSOR);
    assert.equal(await advance(scene, reconciliation, undefined), false);
    assert.equal(await advance(scene, { ...moved, ruleVersion: 2 }, undefined), false);
    assert.deepEqual(await pending(scene), [moved]);
    await advance(scene, moved, undefined);
    assert.equal(await advance(scene, moved, CURSOR), false);
    assert.deepEqual(await pending(scene), []);
  },
  'lets one of several go on that come at once': async (scene) => {
    const reconciliation = await started(scene);
    const answers = await Promise.all(Array.from({ length: 8 }, () => advance(scene, reconciliation, CURSOR)));
    assert.equal(answers.filter(Boolean).length, 1);
  },
  'ends when cancelled, and does nothing when there is none': async (scene) => {
    const [{ groupId }, other] = [await started(scene), await started(scene)];
    for (let twice = 0; twice < 2; twice += 1) {
      await scene.unitOfWork.run({}, ({ reconciliations }) => reconciliations.cancel(groupId));
    }
    assert.deepEqual(await pending(scene), [other]);
  },
};

/**
 * What `ReconciliationStore` promises.
 *
 * @public
 */
export function reconciliationStoreContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'reconciliation store', open, { reconciliations: reconciliationStorePromises });
}
