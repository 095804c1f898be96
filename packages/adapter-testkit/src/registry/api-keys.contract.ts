import assert from 'node:assert/strict';

import { later } from '@xzepr/core';
import type { ApiKeyId } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { ADMIN, pointersOf, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

const CHOSEN = 'chosen by an operator, a secret!'.replaceAll(' ', '-');

/** Of a key that is not narrowed, belongs to nobody and was never used. */
const UNBOUND = {
  ...{ permissions: undefined, receiverIds: undefined, ownerId: undefined, previous: undefined },
  ...{ expiresAt: undefined, revokedAt: undefined, lastUsedAt: undefined },
};

/** @internal */
export const apiKeyPromises: Promises<RegistryScene> = {
  'makes a key that opens what its roles allow, and keeps the key itself nowhere': async ({ registry, reader }) => {
    const { apiKey, key } = await registry.createApiKey(ADMIN, { name: 'ci', roles: ['event_reporter', 'user'] });
    const { id, hash, createdAt: _at, ...rest } = apiKey;
    const roles = ['event_reporter', 'user'];
    assert.deepEqual(rest, { ...UNBOUND, name: 'ci', roles, createdBy: ADMIN.id });
    assert.deepEqual((await registry.listApiKeys(ADMIN)).items, [apiKey]);
    assert.deepEqual(await registry.authenticateApiKey(key), { id, kind: 'api_key', roles });
    assert.equal(JSON.stringify(await reader.apiKeys.findByHash(hash)).includes(key), false);
  },
  'opens nothing for a key that it does not know': async ({ registry }) => {
    for (const key of ['', 'xzepr_unknown', 'x'.repeat(10_000), '\0']) {
      assert.equal(await registry.authenticateApiKey(key), undefined);
    }
  },
  'opens nothing for a key that was revoked, here at once and elsewhere after a second': async (scene) => {
    const elsewhere = scene.another();
    const { apiKey, key } = await scene.registry.createApiKey(ADMIN, { name: 'ci', roles: ['user'] });
    for (const registry of [scene.registry, elsewhere]) assert.ok(await registry.authenticateApiKey(key));
    await scene.registry.revokeApiKey(ADMIN, apiKey.id);
    assert.equal(await scene.registry.authenticateApiKey(key), undefined);
    scene.clock.step(1_000);
    assert.equal(await elsewhere.authenticateApiKey(key), undefined);
    const [revoked] = (await scene.registry.listApiKeys(ADMIN)).items;
    await elsewhere.revokeApiKey(ADMIN, apiKey.id);
    assert.ok(revoked?.revokedAt !== undefined);
    assert.deepEqual((await scene.registry.listApiKeys(ADMIN)).items, [revoked]);
    await refusal(scene.registry.revokeApiKey(ADMIN, '01KDVG0000ZZZZZZZZZZZZZZZZ' as ApiKeyId), 'NOT_FOUND');
  },
  'opens nothing for a key from when it expires': async ({ registry, clock }) => {
    const expiresAt = later(clock.now(), 500);
    const { key } = await registry.createApiKey(ADMIN, { name: 'ci', roles: ['user'], expiresAt });
    assert.ok(await registry.authenticateApiKey(key));
    clock.step(500);
    assert.equal(await registry.authenticateApiKey(key), undefined);
  },
  'refuses a key with every bad field named': async ({ registry, clock }) => {
    const input = { name: ' ', roles: ['user', 'king', 'user'], expiresAt: later(clock.now(), -1) };
    const error = await refusal(registry.createApiKey(ADMIN, input), 'INVALID_INPUT');
    assert.deepEqual(pointersOf(error), ['/name', '/roles/1', '/roles/2', '/expires_at']);
    const none = registry.createApiKey(ADMIN, { name: 'n', roles: [] });
    assert.deepEqual(pointersOf(await refusal(none, 'INVALID_INPUT')), ['/roles']);
    assert.deepEqual((await registry.listApiKeys(ADMIN)).items, []);
  },
  'installs the first admin key once': async (scene) => {
    const installed = await Promise.all(
      [scene.registry, scene.another()].map((registry) => registry.installAdminKey(CHOSEN)),
    );
    assert.deepEqual(installed.toSorted(), [false, true]);
    assert.deepEqual((await scene.registry.authenticateApiKey(CHOSEN))?.roles, ['admin']);
    for (const key of ['short', 'x'.repeat(201), `${'x'.repeat(32)} `, 'é'.repeat(40)]) {
      await refusal(scene.registry.installAdminKey(key), 'INVALID_INPUT');
    }
  },
};
