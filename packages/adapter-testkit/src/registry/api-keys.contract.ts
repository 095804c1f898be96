import assert from 'node:assert/strict';

import { later } from '@xzepr/core';
import type { ApiKeyId, Registry, Timestamp } from '@xzepr/core';

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
    // When it was used may be written down meanwhile.
    const [again, ...others] = (await scene.registry.listApiKeys(ADMIN)).items;
    assert.deepEqual([again?.id, again?.revokedAt, others], [revoked.id, revoked.revokedAt, []]);
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
  'puts another key in the place of one, which opens the same until the overlap is over': async (scene) => {
    const { registry, clock } = scene;
    const made = await registry.createApiKey(ADMIN, { name: 'ci', roles: ['user'] });
    const { apiKey, key } = await registry.rotateApiKey(ADMIN, made.apiKey.id, 60);
    assert.notEqual(key, made.key);
    const { hash: _hash, previous, ...rest } = apiKey;
    const { hash: before, previous: _none, ...same } = made.apiKey;
    assert.deepEqual(rest, same);
    assert.equal(previous?.hash, before);
    for (const opens of [key, made.key]) assert.equal((await registry.authenticateApiKey(opens))?.id, made.apiKey.id);
    clock.step(60_000);
    assert.equal(await registry.authenticateApiKey(made.key), undefined);
    assert.equal((await registry.authenticateApiKey(key))?.id, made.apiKey.id);
  },
  'ends the key before at once without an overlap, and both when it is revoked': async ({ registry }) => {
    const first = await registry.createApiKey(ADMIN, { name: 'ci', roles: ['user'] });
    assert.ok(await registry.authenticateApiKey(first.key));
    const second = await registry.rotateApiKey(ADMIN, first.apiKey.id, 0);
    assert.equal(await registry.authenticateApiKey(first.key), undefined);
    const third = await registry.rotateApiKey(ADMIN, first.apiKey.id, 60);
    await registry.revokeApiKey(ADMIN, first.apiKey.id);
    for (const { key } of [second, third]) assert.equal(await registry.authenticateApiKey(key), undefined);
  },
  'rotates no key that opens nothing any more, and overlaps for 30 days at most': async ({ registry, clock }) => {
    const expiresAt = later(clock.now(), 1_000);
    const [revoked, expired, live] = [
      await registry.createApiKey(ADMIN, { name: 'revoked', roles: ['user'] }),
      await registry.createApiKey(ADMIN, { name: 'expired', roles: ['user'], expiresAt }),
      await registry.createApiKey(ADMIN, { name: 'live', roles: ['user'] }),
    ];
    await registry.revokeApiKey(ADMIN, revoked.apiKey.id);
    clock.step(1_000);
    for (const { apiKey } of [revoked, expired]) await refusal(registry.rotateApiKey(ADMIN, apiKey.id, 0), 'NOT_FOUND');
    for (const seconds of [-1, 0.5, 30 * 24 * 60 * 60 + 1, Number.NaN]) {
      const error = await refusal(registry.rotateApiKey(ADMIN, live.apiKey.id, seconds), 'INVALID_INPUT');
      assert.deepEqual(pointersOf(error), ['/overlap_seconds']);
    }
    await registry.rotateApiKey(ADMIN, live.apiKey.id, 30 * 24 * 60 * 60);
  },
  'writes down when a key was used, at most once a minute': async (scene) => {
    const { key } = await scene.registry.createApiKey(ADMIN, { name: 'ci', roles: ['user'] });
    const use = async (registry: Registry): Promise<Timestamp | undefined> => {
      assert.ok(await registry.authenticateApiKey(key));
      await registry.close();
      return (await scene.registry.listApiKeys(ADMIN)).items[0]?.lastUsedAt;
    };
    const first = await use(scene.another());
    assert.ok(first !== undefined);
    const same = scene.another();
    for (const seconds of [1, 20, 30]) {
      scene.clock.step(seconds * 1_000);
      assert.equal(await use(same), first);
    }
    assert.equal(await use(scene.another()), first);
    scene.clock.step(10_000);
    const second = await use(same);
    assert.ok(second !== undefined && second >= later(first, 60_000));
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
