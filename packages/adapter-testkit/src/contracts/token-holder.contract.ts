import assert from 'node:assert/strict';

import { USERS_CLAIM, later } from '@xzepr/core';
import type { RevokedToken, SessionId, TokenId, User, UserId } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { LATER } from '../scene-identity.js';
import type { Scene } from '../scene.js';

function revoke({ unitOfWork }: Scene, token: RevokedToken): Promise<void> {
  return unitOfWork.run({}, ({ sessions }) => sessions.revokeToken(token));
}

/** @internal */
export const tokenHolderPromises: Promises<Scene> = {
  'tells whose token it is, as they are now': async (scene) => {
    const user = await scene.user();
    const { session } = await scene.session(user);
    const claims = scene.claimsOf(session);
    assert.deepEqual(await scene.reader.users.holderOf(claims), user);
    const changed: User = { ...user, roles: ['user'], enabled: false, resourceVersion: 2, updatedAt: scene.now() };
    await scene.unitOfWork.run({ keys: [USERS_CLAIM] }, ({ users }) => users.replace(changed));
    assert.deepEqual(await scene.reader.users.holderOf(claims), changed);
  },
  'knows nobody by a token of a session that has ended, is not there or is another user’s': async (scene) => {
    const [user, other] = [await scene.user(), await scene.user()];
    const [ended, live] = [await scene.session(user), await scene.session(user)];
    await scene.unitOfWork.run({}, ({ sessions }) => sessions.end(ended.session.id, scene.now()));
    const { session } = live;
    const tokens = [
      scene.claimsOf(ended.session),
      scene.claimsOf(session, { sessionId: scene.newId() as SessionId }),
      scene.claimsOf(session, { userId: other.id }),
      scene.claimsOf(session, { userId: scene.newId() as UserId }),
    ];
    for (const claims of tokens) assert.equal(await scene.reader.users.holderOf(claims), undefined);
    assert.deepEqual(await scene.reader.users.holderOf(scene.claimsOf(session)), user);
  },
  'knows nobody by a token that was revoked, also twice, and knows them by another': async (scene) => {
    const user = await scene.user();
    const { session } = await scene.session(user);
    const [revoked, other] = [scene.claimsOf(session), scene.claimsOf(session)];
    for (let times = 0; times < 2; times += 1)
      await revoke(scene, { tokenId: revoked.tokenId, revokedAt: scene.now(), expiresAt: LATER });
    assert.equal(await scene.reader.users.holderOf(revoked), undefined);
    assert.deepEqual(await scene.reader.users.holderOf(other), user);
  },
  'forgets revoked tokens that have expired, the first to expire first': async (scene) => {
    const { session } = await scene.session(await scene.user());
    const ids = Array.from({ length: 4 }, () => scene.newId() as TokenId);
    for (const [index, tokenId] of ids.entries())
      await revoke(scene, { tokenId, revokedAt: scene.now(), expiresAt: later(LATER, index - 3) });
    const forget = (): Promise<number> => scene.unitOfWork.run({}, ({ sessions }) => sessions.forgetExpired(LATER, 2));
    const known = async (): Promise<readonly boolean[]> => {
      const holders = ids.map((tokenId) => scene.reader.users.holderOf(scene.claimsOf(session, { tokenId })));
      return (await Promise.all(holders)).map((holder) => holder === undefined);
    };
    assert.deepEqual(await known(), [true, true, true, true]);
    assert.equal(await forget(), 2);
    assert.deepEqual(await known(), [false, false, true, true]);
    assert.equal(await forget(), 1);
    assert.equal(await forget(), 0);
    assert.deepEqual(await known(), [false, false, false, true]);
  },
};
