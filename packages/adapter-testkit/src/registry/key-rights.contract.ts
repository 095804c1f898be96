import assert from 'node:assert/strict';

import { USERS_CLAIM, later } from '@xzepr/core';
import type { ApiKeyInput, Principal, ReceiverId, Role, User, UserId } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { ADMIN, eventInput, pointersOf, principalOf, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

const UNKNOWN = '01KDVG0000ZZZZZZZZZZZZZZZZ';

async function held({ registry }: RegistryScene, key: string): Promise<Principal> {
  return (await registry.authenticateApiKey(key)) ?? assert.fail('the key opens nothing');
}

/** Who holds a new key that `maker` made. */
async function keyOf(scene: RegistryScene, maker: Principal, input: Partial<ApiKeyInput>): Promise<Principal> {
  const { key } = await scene.registry.createApiKey(maker, { name: 'key', roles: ['user'], ...input });
  return held(scene, key);
}

async function change({ unitOfWork }: RegistryScene, user: User): Promise<void> {
  await unitOfWork.run({ keys: [USERS_CLAIM] }, ({ users }) => users.replace(user));
}

async function someone(
  scene: RegistryScene,
  ...roles: readonly Role[]
): Promise<Principal & { readonly userId: UserId }> {
  return principalOf(await scene.user({ roles }));
}

/** @internal */
export const keyRightsPromises: Promises<RegistryScene> = {
  'narrows a key to permissions of its roles': async (scene) => {
    const receiver = await scene.receiver();
    const key = await keyOf(scene, ADMIN, { roles: ['event_manager'], permissions: ['event:create', 'event:read'] });
    await scene.registry.recordEvent(key, eventInput(receiver));
    await scene.registry.listEvents(key, {});
    await refusal(scene.registry.listReceivers(key, {}), 'PERMISSION_DENIED');
    await refusal(scene.registry.deleteReceiver(key, receiver.id), 'PERMISSION_DENIED');
  },
  'narrows a key to events for some receivers': async (scene) => {
    const [own, other] = [await scene.receiver(), await scene.receiver()];
    const key = await keyOf(scene, ADMIN, { roles: ['event_reporter'], receiverIds: [own.id] });
    await scene.registry.recordEvent(key, eventInput(own));
    await refusal(scene.registry.recordEvent(key, eventInput(other)), 'RECEIVER_FORBIDDEN');
    await refusal(scene.registry.recordEvent(key, eventInput({ id: UNKNOWN as ReceiverId })), 'RECEIVER_FORBIDDEN');
    const events = [eventInput(other), eventInput(own)];
    const results = await scene.registry.recordBatch(key, { events, atomic: false });
    assert.deepEqual(
      results.map((result) => (result.kind === 'refused' ? result.error.code : result.kind)),
      ['RECEIVER_FORBIDDEN', 'recorded'],
    );
  },
  'refuses to make a key that is wider than its maker, and says where': async (scene) => {
    const { registry } = scene;
    const [own, other] = [await scene.receiver(), await scene.receiver()];
    const reporter = await someone(scene, 'event_reporter');
    const narrow: Principal = { ...reporter, permissions: ['event:create', 'api_key:create'], receiverIds: [own.id] };
    const wider: readonly (readonly [Principal, Partial<ApiKeyInput>, readonly string[]])[] = [
      [reporter, { roles: ['user', 'event_manager'] }, ['/roles/1']],
      [reporter, { roles: ['admin'] }, ['/roles/0']],
      [narrow, { roles: ['event_reporter'], receiverIds: [own.id] }, ['/roles/0']],
      [narrow, { roles: ['event_reporter'], permissions: ['event:create'] }, ['/event_receiver_ids']],
      [
        narrow,
        { roles: ['event_reporter'], permissions: ['event:create'], receiverIds: [own.id, other.id] },
        ['/event_receiver_ids/1'],
      ],
    ];
    for (const [maker, rights, pointers] of wider) {
      const error = await refusal(registry.createApiKey(maker, { name: 'k', roles: [], ...rights }), 'INVALID_INPUT');
      assert.deepEqual(pointersOf(error), pointers);
    }
    const fits = { roles: ['event_manager'], permissions: ['event:create'], receiverIds: [own.id] };
    const key = await keyOf(scene, narrow, fits);
    assert.deepEqual([key.permissions, key.receiverIds], [['event:create'], [own.id]]);
    assert.equal((await registry.listApiKeys(reporter)).items.length, 1);
  },
  'refuses rights that do not exist, come twice or are in none of the roles': async (scene) => {
    const { id } = await scene.receiver();
    const error = await refusal(
      scene.registry.createApiKey(ADMIN, {
        ...{ name: 'k', roles: ['event_reporter'], permissions: ['event:create', 'event:create', 'event:fake'] },
        receiverIds: [id, id],
      }),
      'INVALID_INPUT',
    );
    assert.deepEqual(pointersOf(error), ['/permissions/1', '/permissions/2', '/event_receiver_ids/1']);
    const many = Array.from({ length: 101 }, () => id);
    for (const [bad, pointer] of [
      [{ permissions: [] }, '/permissions'],
      [{ permissions: ['group:delete'] }, '/permissions/0'],
      [{ receiverIds: [] }, '/event_receiver_ids'],
      [{ receiverIds: many }, '/event_receiver_ids'],
    ] as const) {
      const made = scene.registry.createApiKey(ADMIN, { name: 'k', roles: ['event_reporter'], ...bad });
      assert.deepEqual(pointersOf(await refusal(made, 'INVALID_INPUT')), [pointer]);
    }
    const unknown = { name: 'k', roles: ['event_reporter'], receiverIds: [id, UNKNOWN] };
    const missing = await refusal(scene.registry.createApiKey(ADMIN, unknown), 'RECEIVER_UNKNOWN');
    assert.deepEqual(pointersOf(missing), ['/event_receiver_ids/1']);
  },
  'makes keys of one’s own with api_key:create, which belong to whoever made them': async (scene) => {
    const { registry } = scene;
    const [viewer, other] = [await someone(scene, 'event_viewer'), await someone(scene, 'event_viewer')];
    const { apiKey } = await registry.createApiKey(viewer, { name: 'own', roles: ['user'] });
    assert.equal(apiKey.ownerId, viewer.userId);
    assert.deepEqual((await registry.listApiKeys(viewer)).items, [apiKey]);
    assert.deepEqual((await registry.listApiKeys(other)).items, []);
    assert.deepEqual((await registry.listApiKeys(ADMIN)).items, [apiKey]);
    await refusal(registry.revokeApiKey(other, apiKey.id), 'NOT_FOUND');
    await refusal(registry.rotateApiKey(other, apiKey.id, 0), 'NOT_FOUND');
    const forOther = { name: 'for another', roles: ['user'], ownerId: other.userId };
    await refusal(registry.createApiKey(viewer, forOther), 'PERMISSION_DENIED');
    await registry.revokeApiKey(viewer, apiKey.id);
  },
  'makes keys for others with api_key:manage, who must be there': async (scene) => {
    const owner = await someone(scene, 'event_reporter');
    const key = await keyOf(scene, ADMIN, { roles: ['admin'], ownerId: owner.userId });
    assert.equal(key.userId, owner.userId);
    const nobody = scene.registry.createApiKey(ADMIN, { name: 'k', roles: ['user'], ownerId: UNKNOWN });
    assert.deepEqual(pointersOf(await refusal(nobody, 'USER_UNKNOWN')), ['/owner_id']);
  },
  'makes no key that would be nobody’s, except for who manages all': async (scene) => {
    const service: Principal = { id: 'a workload', kind: 'service', roles: ['event_reporter'] };
    const made = scene.registry.createApiKey(service, { name: 'k', roles: ['event_reporter'] });
    const error = await refusal(made, 'PERMISSION_DENIED');
    assert.equal(error.code === 'PERMISSION_DENIED' && error.permission, 'api_key:manage');
    assert.deepEqual((await scene.registry.listApiKeys(service)).items, []);
  },
  'rotates no key that is wider than who asks, who would learn it': async (scene) => {
    const { registry } = scene;
    const [own, manager] = [await scene.receiver(), await someone(scene, 'event_manager')];
    const wide = await registry.createApiKey(manager, { name: 'wide', roles: ['event_manager'] });
    const narrow: readonly Partial<ApiKeyInput>[] = [
      { roles: ['event_viewer'] },
      { roles: ['event_manager'], permissions: ['api_key:create'] },
      { roles: ['event_manager'], receiverIds: [own.id] },
    ];
    for (const rights of narrow) {
      const key = await keyOf(scene, manager, rights);
      await refusal(registry.rotateApiKey(key, wide.apiKey.id, 0), 'PERMISSION_DENIED');
    }
    assert.ok(await registry.authenticateApiKey(wide.key));
    await registry.rotateApiKey(manager, wide.apiKey.id, 0);
  },
  'makes and rotates no key that ends later than the key that asks': async (scene) => {
    const { registry, clock } = scene;
    const manager = await someone(scene, 'event_manager');
    const [soon, late] = [later(clock.now(), 60_000), later(clock.now(), 120_000)];
    const lasting = await registry.createApiKey(manager, { name: 'lasting', roles: ['event_viewer'] });
    const ending = await keyOf(scene, manager, { roles: ['event_manager'], expiresAt: soon });
    for (const end of [{}, { expiresAt: late }]) {
      const error = await refusal(
        registry.createApiKey(ending, { name: 'n', roles: ['event_viewer'], ...end }),
        'INVALID_INPUT',
      );
      assert.deepEqual(pointersOf(error), ['/expires_at']);
    }
    await refusal(registry.rotateApiKey(ending, lasting.apiKey.id, 0), 'PERMISSION_DENIED');
    const made = await registry.createApiKey(ending, { name: 'n', roles: ['event_viewer'], expiresAt: soon });
    await registry.rotateApiKey(ending, made.apiKey.id, 0);
  },
  'opens no more than its owner may, as they are now': async (scene) => {
    const user = await scene.user({ roles: ['event_manager'] });
    const { key } = await scene.registry.createApiKey(principalOf(user), { name: 'k', roles: ['event_manager'] });
    const receiver = await scene.receiver();
    await scene.registry.recordEvent(await held(scene, key), eventInput(receiver));
    await change(scene, { ...user, roles: ['event_viewer'], resourceVersion: 2 });
    scene.clock.step(1_000);
    await refusal(scene.registry.recordEvent(await held(scene, key), eventInput(receiver)), 'PERMISSION_DENIED');
    await scene.registry.listEvents(await held(scene, key), {});
  },
  'opens nothing while its owner is disabled': async (scene) => {
    const user = await scene.user({ roles: ['event_viewer'] });
    const { key } = await scene.registry.createApiKey(principalOf(user), { name: 'k', roles: ['user'] });
    assert.ok(await scene.registry.authenticateApiKey(key));
    await change(scene, { ...user, enabled: false, resourceVersion: 2 });
    scene.registry.forgetApiKeys();
    assert.equal(await scene.registry.authenticateApiKey(key), undefined);
    await change(scene, { ...user, resourceVersion: 3 });
    scene.clock.step(1_000);
    assert.ok(await scene.registry.authenticateApiKey(key));
  },
  'keeps the last key that opens everything, also when two are revoked at once': async (scene) => {
    const input = { name: 'all', roles: ['admin'] };
    const expiring = { ...input, expiresAt: later(scene.clock.now(), 60_000) };
    const [a, b, c] = [
      await scene.registry.createApiKey(ADMIN, input),
      await scene.registry.createApiKey(ADMIN, input),
      await scene.registry.createApiKey(ADMIN, expiring),
    ];
    await scene.registry.rotateApiKey(ADMIN, a.apiKey.id, 0);
    const revoked = await Promise.allSettled(
      [a, b].map(({ apiKey }, index) =>
        (index === 0 ? scene.registry : scene.another()).revokeApiKey(ADMIN, apiKey.id),
      ),
    );
    const failed = revoked.find(({ status }) => status === 'rejected');
    assert.equal(revoked.filter(({ status }) => status === 'rejected').length, 1);
    await refusal(Promise.reject((failed as PromiseRejectedResult).reason as Error), 'LAST_ADMIN');
    await scene.registry.revokeApiKey(ADMIN, c.apiKey.id);
    const live = (await scene.registry.listApiKeys(ADMIN)).items.filter((key) => key.revokedAt === undefined);
    assert.equal(live.length, 1);
  },
};
