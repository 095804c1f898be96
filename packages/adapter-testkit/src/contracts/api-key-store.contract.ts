import assert from 'node:assert/strict';

import { ROLES, later } from '@xzepr/core';
import type { ApiKey, ApiKeyId } from '@xzepr/core';

import { ALL, AWKWARD_TEXTS, inParts } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';

/** @internal */
export const apiKeyStorePromises: Promises<Scene> = {
  'keeps a key whole, and finds it by its hash only': async (scene) => {
    const forever = await scene.apiKey({ roles: [...ROLES].reverse() });
    const expiring = await scene.apiKey({ expiresAt: scene.now() });
    assert.deepEqual(await scene.reader.apiKeys.findByHash(forever.hash), forever);
    assert.deepEqual(await scene.reader.apiKeys.findByHash(expiring.hash), expiring);
    assert.equal(await scene.reader.apiKeys.findByHash(forever.id), undefined);
    assert.equal(await scene.reader.apiKeys.findByHash('0'.repeat(64)), undefined);
  },
  'keeps every text as it is': async (scene) => {
    const keys = [];
    for (const text of AWKWARD_TEXTS) keys.push(await scene.apiKey({ name: text, createdBy: text }));
    assert.deepEqual(await scene.reader.apiKeys.list(ALL), keys);
  },
  'adds no second key with a hash, also when both come at once': async (scene) => {
    const keys = Array.from({ length: 6 }, () => scene.newApiKey({ hash: '1'.repeat(64) }));
    const added = await Promise.all(keys.map((key) => scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.add(key))));
    assert.equal(added.filter(Boolean).length, 1);
    assert.deepEqual(
      await scene.reader.apiKeys.list(ALL),
      keys.filter((_, index) => added[index] === true),
    );
  },
  'says whether there is any key, a revoked one too': async (scene) => {
    const hasAny = (): Promise<boolean> => scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.hasAny());
    assert.equal(await hasAny(), false);
    const { id } = await scene.apiKey();
    await scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.revoke(id, scene.now()));
    assert.equal(await hasAny(), true);
  },
  'revokes a key once, and says whether there is one': async (scene) => {
    const [key, other] = [await scene.apiKey(), await scene.apiKey()];
    const at = scene.now();
    const revoke = (id: ApiKeyId, when = at): Promise<boolean> =>
      scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.revoke(id, when));
    assert.equal(await revoke(key.id), true);
    assert.equal(await revoke(key.id, later(at, 1_000)), true);
    assert.equal(await revoke(scene.newId() as ApiKeyId), false);
    assert.deepEqual(await scene.reader.apiKeys.list(ALL), [{ ...key, revokedAt: at }, other]);
    assert.deepEqual(await scene.reader.apiKeys.findByHash(key.hash), { ...key, revokedAt: at });
  },
  'lists keys by id, in parts of any length': async (scene) => {
    const made = Array.from({ length: 7 }, () => scene.newApiKey());
    for (const key of made.toReversed()) await scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.add(key));
    for (const limit of [1, 3, 7, 100]) {
      const read = await inParts(
        limit,
        ({ id }: ApiKey) => id,
        (span) => scene.reader.apiKeys.list(span),
      );
      assert.deepEqual(read, made);
    }
  },
};

/**
 * What `ApiKeyStore` and `ApiKeyReader` promise.
 *
 * @public
 */
export function apiKeyStoreContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'API key store', open, { 'API keys': apiKeyStorePromises });
}
