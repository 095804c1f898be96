import assert from 'node:assert/strict';

import type { Receiver, ReceiverRevision } from '@xzepr/core';

import { ALL, byId, inParts, subsetsOf } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';

const FILTER = { name: 'n', type: 't', version: 'v', enabled: false };

/** Each differs from the first in one field only; the last was disabled later. */
async function neighbours(scene: Scene): Promise<readonly Receiver[]> {
  const receivers = [await scene.receiver(FILTER)];
  for (const change of [{ name: 'N' }, { type: 'u' }, { version: 'w' }]) {
    receivers.push(await scene.receiver({ ...FILTER, ...change }));
  }
  const enabled = await scene.receiver({ ...FILTER, name: 'o', enabled: true });
  await scene.replaceReceiver({ ...enabled, enabled: false, resourceVersion: 2 });
  receivers.push(
    { ...enabled, enabled: false, resourceVersion: 2 },
    await scene.receiver({ ...FILTER, name: 'p', enabled: true }),
  );
  return receivers;
}

/** @internal */
export const receiverReaderPromises: Promises<Scene> = {
  'gives the receivers of the ids that exist': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const unknown = scene.newReceiver().id;
    assert.deepEqual(byId(await scene.reader.receivers.byIds([b.id, unknown, a.id])), [a, b]);
    assert.deepEqual(await scene.reader.receivers.byIds([unknown]), []);
    assert.deepEqual(await scene.reader.receivers.byIds([]), []);
  },
  'lists what fits all of any filters together': async (scene) => {
    const receivers = await neighbours(scene);
    for (const some of [...subsetsOf(FILTER), { enabled: true }]) {
      const expected = receivers.filter((receiver) =>
        Object.entries(some).every(([field, value]) => receiver[field as keyof typeof FILTER] === value),
      );
      assert.deepEqual(await scene.reader.receivers.list(some, ALL), expected, JSON.stringify(some));
    }
  },
  'lists by id, in parts of any length': async (scene) => {
    const made = Array.from({ length: 7 }, () => scene.newReceiver());
    for (const receiver of made.toReversed()) {
      await scene.unitOfWork.run({}, ({ receivers }) => receivers.add(receiver));
    }
    for (const limit of [1, 3, 7, 100]) {
      const read = await inParts(
        limit,
        ({ id }: Receiver) => id,
        (span) => scene.reader.receivers.list({ enabled: true }, span),
      );
      assert.deepEqual(read, made);
    }
  },
  'tells the revisions by version, in parts of any length': async (scene) => {
    const [receiver] = [await scene.receiver(), await scene.receiver()];
    for (let resourceVersion = 2; resourceVersion <= 12; resourceVersion += 1) {
      await scene.replaceReceiver({ ...receiver, description: `as of ${String(resourceVersion)}`, resourceVersion });
    }
    for (const limit of [1, 4, 12, 100]) {
      const read = await inParts(
        limit,
        ({ resourceVersion }: ReceiverRevision) => resourceVersion,
        (span) => scene.reader.receivers.revisions(receiver.id, span),
      );
      assert.deepEqual(
        read.map(({ resourceVersion }) => resourceVersion),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      );
      assert.equal(read[4]?.description, 'as of 5');
    }
  },
  'tells no revisions of a receiver that is not there, or no longer': async (scene) => {
    const receiver = await scene.receiver();
    await scene.removeReceiver(receiver);
    assert.deepEqual(await scene.reader.receivers.revisions(receiver.id, ALL), []);
    assert.deepEqual(await scene.reader.receivers.revisions(scene.newReceiver().id, ALL), []);
    assert.deepEqual(await scene.reader.receivers.list({}, ALL), []);
  },
};

/**
 * What `ReceiverReader` promises.
 *
 * @public
 */
export function receiverReaderContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'receiver reader', open, { receivers: receiverReaderPromises });
}
