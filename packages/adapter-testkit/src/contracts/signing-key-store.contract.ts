import assert from 'node:assert/strict';

import { SIGNING_KEYS_CLAIM, StoreRejectedError, later } from '@xzepr/core';
import type { KeptSigningKey, Timestamp } from '@xzepr/core';

import { AWKWARD_TEXTS } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import { LATER } from '../scene-identity.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';

async function add(scene: Scene, change?: Partial<KeptSigningKey>): Promise<KeptSigningKey> {
  const key = scene.newSigningKey(change);
  await scene.unitOfWork.run({ keys: [SIGNING_KEYS_CLAIM] }, ({ signingKeys }) => signingKeys.add(key));
  return key;
}

async function list({ unitOfWork }: Scene): Promise<readonly KeptSigningKey[]> {
  const keys = await unitOfWork.run({}, ({ signingKeys }) => signingKeys.list());
  return keys.toSorted((a, b) => (a.kid < b.kid ? -1 : 1));
}

/** @internal */
export const signingKeyStorePromises: Promises<Scene> = {
  'keeps keys whole, and lists all of them': async (scene) => {
    assert.deepEqual(await list(scene), []);
    const keys = [await add(scene), await add(scene, { algorithm: 'HS256', verifiesUntil: LATER })];
    for (const material of AWKWARD_TEXTS) keys.push(await add(scene, { material }));
    keys.push(await add(scene, { material: 'x'.repeat(20_000) }));
    assert.deepEqual(await list(scene), keys);
  },
  'adds no second key of one kid': async (scene) => {
    const key = await add(scene);
    await assert.rejects(add(scene, { kid: key.kid, material: 'another' }), StoreRejectedError);
    assert.deepEqual(await list(scene), [key]);
  },
  'adds one first key of several that come at once': async (scene) => {
    const added = await Promise.all(
      Array.from({ length: 6 }, () =>
        scene.unitOfWork.run({ keys: [SIGNING_KEYS_CLAIM] }, async ({ signingKeys }) => {
          if ((await signingKeys.list()).length > 0) return false;
          await signingKeys.add(scene.newSigningKey());
          return true;
        }),
      ),
    );
    assert.equal(added.filter(Boolean).length, 1);
  },
  'says until when tokens of a key are good, in the place of what was said before': async (scene) => {
    const [key, other] = [await add(scene), await add(scene)];
    const endAt = (kid: string, until: Timestamp): Promise<void> =>
      scene.unitOfWork.run({}, ({ signingKeys }) => signingKeys.endAt(kid, until));
    for (const until of [LATER, later(LATER, -1)]) {
      await endAt(key.kid, until);
      await endAt('unknown', until);
      assert.deepEqual(await list(scene), [{ ...key, verifiesUntil: until }, other]);
    }
  },
  'forgets those whose tokens stopped being good before a time': async (scene) => {
    await add(scene, { verifiesUntil: later(LATER, -1) });
    const left = [await add(scene, { verifiesUntil: LATER }), await add(scene)];
    const forget = (): Promise<number> => scene.unitOfWork.run({}, ({ signingKeys }) => signingKeys.forgetEnded(LATER));
    assert.deepEqual([await forget(), await forget()], [1, 0]);
    assert.deepEqual(await list(scene), left);
  },
};

/**
 * What `SigningKeyStore` promises.
 *
 * @public
 */
export function signingKeyStoreContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'signing key store', open, { 'signing keys': signingKeyStorePromises });
}
