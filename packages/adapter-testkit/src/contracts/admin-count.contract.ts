import assert from 'node:assert/strict';

import { USERS_CLAIM, userClaim } from '@xzepr/core';
import type { ApiKey, ReceiverId, User, UserId } from '@xzepr/core';

import type { Promises } from '../contract.js';
import type { Scene } from '../scene.js';

const ADMIN = { roles: ['admin'] } as const;

function count({ unitOfWork }: Scene): Promise<number> {
  return unitOfWork.run({ keys: [USERS_CLAIM] }, ({ users }) => users.countAdmins());
}

/** Somebody who can sign in, by a password. */
async function admin(scene: Scene, change: Partial<User> = {}): Promise<User> {
  const user = await scene.user({ ...ADMIN, ...change });
  await scene.unitOfWork.run({ keys: [userClaim(user.id)] }, ({ users }) =>
    users.setPassword(user.id, '$hash$', scene.now()),
  );
  return user;
}

/** Every way in which a key with the role `admin` does not open everything for good. */
function lesserKeys(scene: Scene, owners: Readonly<Record<string, UserId>>): Readonly<Record<string, Partial<ApiKey>>> {
  return {
    'one with another role': { roles: ['event_manager'] },
    'one that was revoked': { ...ADMIN, revokedAt: scene.now() },
    'one that expires': { ...ADMIN, expiresAt: '2999-01-01T00:00:00.000000Z' as ApiKey['createdAt'] },
    'one narrowed to permissions': { ...ADMIN, permissions: ['user:manage'] },
    'one narrowed to receivers': { ...ADMIN, receiverIds: [scene.newId() as ReceiverId] },
    ...Object.fromEntries(Object.entries(owners).map(([what, ownerId]) => [what, { ...ADMIN, ownerId }])),
  };
}

/** @internal */
export const adminCountPromises: Promises<Scene> = {
  'counts enabled users with the role admin': async (scene) => {
    assert.equal(await count(scene), 0);
    await admin(scene, { roles: ['event_manager', 'admin'] });
    await admin(scene);
    await admin(scene, { enabled: false });
    await admin(scene, { roles: ['event_manager', 'event_reporter', 'event_viewer', 'user'] });
    await admin(scene, { roles: [] });
    assert.equal(await count(scene), 2);
  },
  'counts no user who can sign in neither by a password nor through a provider': async (scene) => {
    const user = await scene.user(ADMIN);
    assert.equal(await count(scene), 0);
    await scene.unitOfWork.run({ keys: [USERS_CLAIM] }, async ({ users }) => {
      await users.link(user.id, { provider: 'corp', subject: 'one' });
      await users.link(user.id, { provider: 'corp', subject: 'another' });
    });
    assert.equal(await count(scene), 1);
  },
  'counts API keys that open everything for good, and of an owner who does': async (scene) => {
    await scene.apiKey(ADMIN);
    assert.equal(await count(scene), 1);
    const { id: ownerId } = await scene.user(ADMIN);
    await scene.apiKey({ ...ADMIN, ownerId });
    assert.equal(await count(scene), 2);
  },
  'counts no API key that opens less, or not for good, or for an owner who may less': async (scene) => {
    const owners = {
      'one whose owner is disabled': (await scene.user({ ...ADMIN, enabled: false })).id,
      'one whose owner is no administrator': (await scene.user({ roles: ['event_manager'] })).id,
      'one whose owner is not there': scene.newUser().id,
    };
    for (const [what, change] of Object.entries(lesserKeys(scene, owners))) {
      await scene.apiKey(change);
      assert.equal(await count(scene), 0, what);
    }
  },
  'counts what others have left, so that the last administrator stays': async (scene) => {
    const admins = [await admin(scene), await admin(scene), await admin(scene)];
    const resigned = await Promise.all(
      admins.map((one) =>
        scene.unitOfWork.run({ keys: [USERS_CLAIM] }, async ({ users }) => {
          if ((await users.countAdmins()) < 2) return false;
          await users.replace({ ...one, roles: [] });
          return true;
        }),
      ),
    );
    assert.equal(resigned.filter(Boolean).length, 2);
    assert.equal(await count(scene), 1);
  },
  'counts what the unit of work itself has written': async (scene) => {
    const user = await admin(scene);
    const key = await scene.apiKey(ADMIN);
    const counted = await scene.unitOfWork.run({ keys: [USERS_CLAIM] }, async ({ users, apiKeys }) => {
      const before = await users.countAdmins();
      await users.replace({ ...user, enabled: false });
      const between = await users.countAdmins();
      await apiKeys.replace({ ...key, revokedAt: scene.now() });
      return [before, between, await users.countAdmins()];
    });
    assert.deepEqual(counted, [2, 1, 0]);
  },
};
