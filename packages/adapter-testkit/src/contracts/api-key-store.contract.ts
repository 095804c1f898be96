import assert from 'node:assert/strict';

import { ROLES } from '@xzepr/core';
import type { ApiKey, ApiKeyId, ReceiverId, UserId } from '@xzepr/core';

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
    assert.deepEqual(await scene.reader.apiKeys.list(undefined, ALL), keys);
  },
  'adds no second key with a hash, also when both come at once': async (scene) => {
    const keys = Array.from({ length: 6 }, () => scene.newApiKey({ hash: '1'.repeat(64) }));
    const added = await Promise.all(keys.map((key) => scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.add(key))));
    assert.equal(added.filter(Boolean).length, 1);
    assert.deepEqual(
      await scene.reader.apiKeys.list(undefined, ALL),
      keys.filter((_, index) => added[index] === true),
    );
  },
  'says whether there is any key, a revoked one too': async (scene) => {
    const hasAny = (): Promise<boolean> => scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.hasAny());
    assert.equal(await hasAny(), false);
    const { id } = await scene.apiKey();
    await scene.unitOfWork.run({}, async ({ apiKeys }) => {
      const key = await apiKeys.find(id);
      if (key !== undefined) await apiKeys.replace({ ...key, revokedAt: scene.now() });
    });
    assert.equal(await hasAny(), true);
  },
  'puts a key in the place of the one with its id, and finds it by its hash and by the one before': async (scene) => {
    const [key, other] = [await scene.apiKey(), await scene.apiKey()];
    const changed: ApiKey = {
      ...{ ...key, name: 'renamed', hash: 'b'.repeat(64), previous: { hash: key.hash, until: scene.now() } },
      ...{
        permissions: ['event:create'],
        receiverIds: [scene.newId() as ReceiverId],
        ownerId: scene.newId() as UserId,
      },
      ...{ expiresAt: scene.now(), revokedAt: scene.now(), lastUsedAt: scene.now() },
    };
    const find = (id: ApiKeyId): Promise<ApiKey | undefined> =>
      scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.find(id));
    await scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.replace(changed));
    assert.deepEqual(await find(key.id), changed);
    assert.equal(await find(scene.newId() as ApiKeyId), undefined);
    assert.deepEqual(await scene.reader.apiKeys.list(undefined, ALL), [changed, other]);
    for (const hash of [changed.hash, key.hash]) assert.deepEqual(await scene.reader.apiKeys.findByHash(hash), changed);
  },
  'adds no key that another one was before its last rotation': async (scene) => {
    const previous = { hash: '2'.repeat(64), until: scene.now() };
    const rotated = await scene.apiKey({ previous });
    const again = scene.newApiKey({ hash: previous.hash });
    assert.equal(await scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.add(again)), false);
    assert.deepEqual(await scene.reader.apiKeys.list(undefined, ALL), [rotated]);
  },
  'finds a key by what it is rather than by what another one was': async (scene) => {
    const key = await scene.apiKey();
    const other = await scene.apiKey({ previous: { hash: key.hash, until: scene.now() } });
    assert.deepEqual(await scene.reader.apiKeys.findByHash(key.hash), key);
    assert.deepEqual(await scene.reader.apiKeys.findByHash(other.hash), other);
  },
  'holds a key that was found, so that of several who change it each sees what the one before did': async (scene) => {
    const { id } = await scene.apiKey({ name: '' });
    const changes = Array.from({ length: 8 }, () =>
      scene.unitOfWork.run({}, async ({ apiKeys }) => {
        const key = (await apiKeys.find(id)) ?? assert.fail('the key is gone');
        await apiKeys.replace({ ...key, name: `${key.name}+` });
      }),
    );
    await Promise.all(changes);
    assert.deepEqual(
      (await scene.reader.apiKeys.list(undefined, ALL)).map(({ name }) => name),
      ['+'.repeat(8)],
    );
  },
  'says when many keys were last used, by several who do so at once': async (scene) => {
    const keys = [await scene.apiKey(), await scene.apiKey(), await scene.apiKey()];
    const [early, late] = [scene.now(), scene.now()];
    const uses = keys.flatMap(({ id }) => [
      { id, at: late },
      { id, at: early },
    ]);
    const touched = [uses, uses.toReversed(), uses, []].map((some) =>
      scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.touch(some)),
    );
    await Promise.all(touched);
    assert.deepEqual(
      await scene.reader.apiKeys.list(undefined, ALL),
      keys.map((key) => ({ ...key, lastUsedAt: late })),
    );
  },
  'says when keys were last used, and never earlier than it said': async (scene) => {
    const [key, other] = [await scene.apiKey(), await scene.apiKey()];
    const [early, late] = [scene.now(), scene.now()];
    for (const at of [late, early])
      await scene.unitOfWork.run({}, ({ apiKeys }) =>
        apiKeys.touch([
          { id: key.id, at },
          { id: scene.newId() as ApiKeyId, at },
        ]),
      );
    assert.deepEqual(await scene.reader.apiKeys.list(undefined, ALL), [{ ...key, lastUsedAt: late }, other]);
  },
  'lists the keys of one owner': async (scene) => {
    const [owner, stranger] = [scene.newId() as UserId, scene.newId() as UserId];
    const [one, , two] = [
      ...[await scene.apiKey({ ownerId: owner }), await scene.apiKey({ ownerId: stranger })],
      ...[await scene.apiKey({ ownerId: owner }), await scene.apiKey()],
    ];
    assert.deepEqual(await scene.reader.apiKeys.list(owner, ALL), [one, two]);
    assert.deepEqual(await scene.reader.apiKeys.list(owner, { after: one?.id, limit: 1 }), [two]);
    assert.deepEqual(await scene.reader.apiKeys.list(scene.newId() as UserId, ALL), []);
  },
  'lists keys by id, in parts of any length': async (scene) => {
    const made = Array.from({ length: 7 }, () => scene.newApiKey());
    for (const key of made.toReversed()) await scene.unitOfWork.run({}, ({ apiKeys }) => apiKeys.add(key));
    for (const limit of [1, 3, 7, 100]) {
      const read = await inParts(
        limit,
        ({ id }: ApiKey) => id,
        (span) => scene.reader.apiKeys.list(undefined, span),
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
