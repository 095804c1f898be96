import assert from 'node:assert/strict';

import { SIGNING_KEYS_CLAIM, USERS_CLAIM, userClaim } from '@xzepr/core';
import type { Scope, Stores } from '@xzepr/core';

import { ALL } from '../awkward.js';
import type { Promises } from '../contract.js';
import { LATER } from '../scene-identity.js';
import type { Scene } from '../scene.js';

class TakenBack extends Error {}

/** Does `work` and takes it back. */
async function takeBack({ unitOfWork }: Scene, scope: Scope, work: (stores: Stores) => Promise<void>): Promise<void> {
  const run = unitOfWork.run(scope, async (stores) => {
    await work(stores);
    throw new TakenBack();
  });
  await assert.rejects(run, TakenBack);
}

/** @internal */
export const identityRollbackPromises: Promises<Scene> = {
  'takes back users, passwords, identities and members of work that rejects': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    const [user, added, identity] = [await scene.user(), scene.newUser(), { provider: 'corp', subject: 's' }];
    const scope = { keys: [USERS_CLAIM, userClaim(user.id)], exclusiveReceivers: group.receiverIds };
    await takeBack(scene, scope, async ({ users, members }) => {
      await users.add(added);
      await users.replace({ ...user, enabled: false, resourceVersion: 2 });
      await users.link(user.id, identity);
      await users.setPassword(user.id, '$hash$', scene.now());
      await members.add(group.id, scene.newMember(user));
    });
    assert.deepEqual(await scene.reader.users.list({}, ALL), [user]);
    assert.deepEqual(await scene.reader.users.findForSignIn(user.username), { user, passwordHash: undefined });
    assert.equal(await scene.unitOfWork.run({}, ({ users }) => users.findByIdentity(identity)), undefined);
    assert.deepEqual(await scene.reader.users.members(group.id, ALL), []);
  },
  'takes back sessions, tokens and revocations of work that rejects': async (scene) => {
    const user = await scene.user();
    const [kept, begun] = [await scene.session(user), scene.newSession(user)];
    const [first, next, claims] = [scene.newToken(begun), scene.newToken(kept.session), scene.claimsOf(kept.session)];
    await takeBack(scene, { keys: [userClaim(user.id)] }, async ({ sessions }) => {
      await sessions.begin(begun, first);
      await sessions.rotate(kept.token.hash, scene.now(), next);
      await sessions.revokeToken({ tokenId: claims.tokenId, revokedAt: scene.now(), expiresAt: LATER });
      await sessions.end(kept.session.id, scene.now());
    });
    const found = await scene.unitOfWork.run({}, async ({ sessions }) => [
      await sessions.findByToken(kept.token.hash),
      await sessions.findByToken(next.hash),
      await sessions.findByToken(first.hash),
    ]);
    assert.deepEqual(found, [kept, undefined, undefined]);
    assert.deepEqual(await scene.reader.users.holderOf(claims), user);
    assert.equal(await scene.reader.users.holderOf(scene.claimsOf(begun)), undefined);
  },
  'takes back round trips and signing keys of work that rejects': async (scene) => {
    const [trip, key] = [scene.newTrip(), scene.newSigningKey()];
    await takeBack(scene, { keys: [SIGNING_KEYS_CLAIM] }, async ({ roundTrips, signingKeys }) => {
      await roundTrips.add(trip);
      await signingKeys.add(key);
    });
    assert.deepEqual(await scene.unitOfWork.run({}, ({ signingKeys }) => signingKeys.list()), []);
    assert.equal(await scene.unitOfWork.run({}, ({ roundTrips }) => roundTrips.take(trip.stateHash)), undefined);
  },
};
