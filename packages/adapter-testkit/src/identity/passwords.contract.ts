import assert from 'node:assert/strict';

import type { Identity, Principal } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { pointersOf, refusal } from '../registry/registry-scene.js';
import { NEW_PASSWORD, ORIGIN, PASSWORD, ROOT } from './identity-scene.js';
import type { IdentityScene } from './identity-scene.js';

async function signedIn(scene: IdentityScene, username: string): Promise<Principal> {
  return scene.principal(await scene.signIn(await scene.user({ username })));
}

/** @internal */
export const passwordPromises: Promises<IdentityScene> = {
  'changes one’s own password, and ends every session but the one that did': async (scene) => {
    const user = await scene.user();
    const [own, other] = [await scene.signIn(user), await scene.signIn(user)];
    const stranger = await scene.signIn(await scene.user());
    await scene.identity.changePassword(await scene.principal(own), PASSWORD, NEW_PASSWORD);
    assert.equal(await scene.holder(other), undefined);
    await refusal(scene.identity.refresh(other.refreshToken, ORIGIN), 'SIGN_IN_REFUSED');
    for (const pair of [own, stranger]) assert.ok(await scene.holder(pair));
    assert.ok(await scene.identity.refresh(own.refreshToken, ORIGIN));
    await refusal(scene.signIn(user), 'SIGN_IN_REFUSED');
    const { username } = user;
    assert.ok(await scene.identity.signIn({ username, password: NEW_PASSWORD, origin: ORIGIN }));
    const [entry] = await scene.audit('user.password_changed');
    assert.deepEqual([entry?.actor, entry?.target], [user.id, user.id]);
  },
  'refuses who does not know the password before, and changes nothing': async (scene) => {
    const user = await scene.user();
    const [own, other] = [await scene.signIn(user), await scene.signIn(user)];
    for (const before of ['wrong', '', PASSWORD.toUpperCase(), PASSWORD.repeat(1_000)]) {
      const changed = scene.identity.changePassword(await scene.principal(own), before, NEW_PASSWORD);
      await refusal(changed, 'SIGN_IN_REFUSED');
    }
    for (const pair of [own, other]) assert.ok(await scene.holder(pair));
    await scene.signIn(user);
    assert.equal(scene.reports.filter(({ kind }) => kind === 'sign_in.failed').length, 4);
  },
  'refuses a password that is short, long, common or has the username in it': async (scene) => {
    const passwords = { ...scene.passwords, isCommon: (text: string) => text === 'commonest of all' };
    const identity: Identity = scene.another({ passwords });
    const who = await signedIn(scene, 'ada.lovelace');
    const bad = [
      'short',
      'x'.repeat(257),
      '👩'.repeat(11),
      'commonest of all',
      'I am Ada.Lovelace!',
      '\ud800'.repeat(12),
    ];
    for (const password of bad) {
      const error = await refusal(identity.changePassword(who, PASSWORD, password), 'INVALID_INPUT');
      assert.deepEqual(pointersOf(error), ['/new_password']);
      const change = identity.changeUser(ROOT, who.userId ?? assert.fail(), { password });
      assert.deepEqual(pointersOf(await refusal(change, 'INVALID_INPUT')), ['/password']);
    }
    await identity.changePassword(who, PASSWORD, '👩'.repeat(12));
  },
  'takes any long password of someone whose name is too short to give it away': async (scene) => {
    await scene.identity.changePassword(await signedIn(scene, 'a'), PASSWORD, NEW_PASSWORD);
  },
  'changes the password of nobody who is not signed in themselves': async (scene) => {
    const user = await scene.user();
    const key: Principal = { id: 'key', kind: 'api_key', roles: ['event_viewer'], userId: user.id };
    for (const who of [key, ROOT])
      await refusal(scene.identity.changePassword(who, PASSWORD, NEW_PASSWORD), 'SIGN_IN_REFUSED');
  },
  'leaves a password that an administrator has set while it was being changed': async (scene) => {
    const user = await scene.user();
    const who = await scene.principal(await scene.signIn(user));
    const byAdmin = 'set by an administrator';
    const sound = scene.passwords;
    const passwords = {
      ...sound,
      async hash(password: string) {
        await scene.identity.changeUser(ROOT, user.id, { password: byAdmin });
        return sound.hash(password);
      },
    };
    await refusal(scene.another({ passwords }).changePassword(who, PASSWORD, NEW_PASSWORD), 'SIGN_IN_REFUSED');
    assert.ok(await scene.identity.signIn({ username: user.username, password: byAdmin, origin: ORIGIN }));
  },
};
