import assert from 'node:assert/strict';

import type { ApiKey, User } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { sha256Digest } from '../memory/deterministic.js';
import { refusal } from '../registry/registry-scene.js';
import { ROOT, winnersOf } from './identity-scene.js';
import type { IdentityScene } from './identity-scene.js';

function admin(scene: IdentityScene): Promise<User> {
  return scene.user({ roles: ['admin'] });
}

async function adminKey({ unitOfWork, clock }: IdentityScene, change: Partial<ApiKey> = {}): Promise<void> {
  const hash = sha256Digest().sha256(clock.now());
  const key: ApiKey = {
    ...{ id: `01KDVG0001${hash.slice(0, 16).toUpperCase()}` as ApiKey['id'], name: 'all', roles: ['admin'], hash },
    ...{ permissions: undefined, receiverIds: undefined, ownerId: undefined, previous: undefined, createdBy: 'root' },
    ...{ createdAt: clock.now(), expiresAt: undefined, revokedAt: undefined, lastUsedAt: undefined, ...change },
  };
  await unitOfWork.run({}, ({ apiKeys }) => apiKeys.add(key));
}

/** @internal */
export const lastAdminPromises: Promises<IdentityScene> = {
  'keeps the last user who may do everything: enabled, and with the role': async (scene) => {
    const last = await admin(scene);
    await scene.user({ roles: ['event_manager'] });
    for (const change of [{ enabled: false }, { roles: ['event_manager'] }, { enabled: false, roles: ['user'] }])
      await refusal(scene.identity.changeUser(ROOT, last.id, change), 'LAST_ADMIN');
    assert.deepEqual(await scene.identity.getUser(ROOT, last.id), last);
    const pair = await scene.signIn(last);
    await refusal(scene.identity.changeUser(ROOT, last.id, { enabled: false }), 'LAST_ADMIN');
    assert.ok(await scene.holder(pair));
    assert.deepEqual(
      (await scene.audit()).filter(({ kind }) => kind === 'user.disabled' || kind === 'user.roles_changed'),
      [],
    );
    await scene.identity.changeUser(ROOT, last.id, { displayName: 'The Last', roles: ['user', 'admin'] });
  },
  'lets an administrator go when another is left, or a key that opens everything for good': async (scene) => {
    const [a, b] = [await admin(scene), await admin(scene)];
    await scene.identity.changeUser(ROOT, a.id, { enabled: false });
    await refusal(scene.identity.changeUser(ROOT, b.id, { enabled: false }), 'LAST_ADMIN');
    for (const lesser of [{ ownerId: b.id }, { permissions: ['user:manage'] as const }, { revokedAt: a.createdAt }]) {
      await adminKey(scene, lesser);
      await refusal(scene.identity.changeUser(ROOT, b.id, { roles: ['user'] }), 'LAST_ADMIN');
    }
    await adminKey(scene);
    await scene.identity.changeUser(ROOT, b.id, { roles: ['user'] });
  },
  'keeps one of two who are disabled or demoted at the same time': async (scene) => {
    const admins = [await admin(scene), await admin(scene), await admin(scene)];
    const changes = [{ enabled: false }, { roles: ['user'] }, { enabled: false }];
    const changed = await winnersOf(
      admins.map(({ id }, index) => scene.another().changeUser(ROOT, id, changes[index] ?? {})),
      'LAST_ADMIN',
    );
    assert.equal(changed.length, 2);
    const left = (await scene.identity.listUsers(ROOT, { enabled: true })).items;
    assert.equal(left.filter(({ roles }) => roles.includes('admin')).length, 1);
  },
};
