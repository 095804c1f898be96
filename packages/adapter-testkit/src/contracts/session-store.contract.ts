import assert from 'node:assert/strict';

import { later, userClaim } from '@xzepr/core';
import type { RefreshToken, Session, SessionOfToken, Timestamp } from '@xzepr/core';

import { AWKWARD_TEXTS } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import { LATER } from '../scene-identity.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';
import { tokenHolderPromises } from './token-holder.contract.js';

const AT_ONCE = 6;

function find({ unitOfWork }: Scene, { hash }: RefreshToken): Promise<SessionOfToken | undefined> {
  return unitOfWork.run({}, ({ sessions }) => sessions.findByToken(hash));
}

function rotate({ unitOfWork }: Scene, used: RefreshToken, at: Timestamp, next: RefreshToken): Promise<void> {
  return unitOfWork.run({}, ({ sessions }) => sessions.rotate(used.hash, at, next));
}

/** As a use case does: looks whether the token is unused, and only then uses it. */
function rotateOnce(scene: Scene, session: Session, token: RefreshToken): Promise<boolean> {
  const next = scene.newToken(session);
  return scene.unitOfWork.run({}, async ({ sessions }) => {
    const found = await sessions.findByToken(token.hash);
    if (found?.token.usedAt !== undefined || found?.session.revokedAt !== undefined) return false;
    await sessions.rotate(token.hash, scene.now(), next);
    return true;
  });
}

async function isOver(scene: Scene, token: RefreshToken): Promise<boolean> {
  return (await find(scene, token))?.session.revokedAt !== undefined;
}

/** @internal */
export const sessionStorePromises: Promises<Scene> = {
  'keeps a session whole, and finds it by the hash of its token only': async (scene) => {
    const user = await scene.user();
    const [local, vouched] = [await scene.session(user), await scene.session(user, { provider: 'corp' })];
    for (const begun of [local, vouched]) assert.deepEqual(await find(scene, begun.token), begun);
    assert.equal(await find(scene, scene.newToken(local.session)), undefined);
    for (const provider of AWKWARD_TEXTS) {
      const begun = await scene.session(user, { provider });
      assert.deepEqual(await find(scene, begun.token), begun);
    }
  },
  'marks a token as used, gives the session the next and prolongs it to when that expires': async (scene) => {
    const { session, token } = await scene.session(await scene.user(), { expiresAt: LATER });
    const [at, expiresAt] = [scene.now(), later(LATER, 60_000)];
    const next = scene.newToken(session, { expiresAt });
    await rotate(scene, token, at, next);
    const prolonged = { ...session, expiresAt };
    assert.deepEqual(await find(scene, token), { session: prolonged, token: { ...token, usedAt: at } });
    assert.deepEqual(await find(scene, next), { session: prolonged, token: next });
  },
  'lets one of several that bring one token at the same time find it unused': async (scene) => {
    const { session, token } = await scene.session(await scene.user());
    const won = await Promise.all(Array.from({ length: AT_ONCE }, () => rotateOnce(scene, session, token)));
    assert.equal(won.filter(Boolean).length, 1);
  },
  'shows a session as whoever held it before has left it': async (scene) => {
    const { session, token } = await scene.session(await scene.user());
    const answers = await Promise.all([
      scene.unitOfWork.run({}, async ({ sessions }) => {
        await sessions.findByToken(token.hash);
        await sessions.end(session.id, scene.now());
        return false;
      }),
      ...Array.from({ length: AT_ONCE }, () => rotateOnce(scene, session, token)),
    ]);
    assert.ok(answers.filter(Boolean).length <= 1);
    assert.ok(await isOver(scene, token), 'a rotation brought the session back');
    assert.equal(await rotateOnce(scene, session, token), false);
  },
  'shows a session as whoever held it before has left it, also to who brings another token of it': async (scene) => {
    const { session, token } = await scene.session(await scene.user());
    const next = scene.newToken(session);
    await rotate(scene, token, scene.now(), next);
    const ended = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) =>
        scene.unitOfWork.run({}, async ({ sessions }) => {
          const found = await sessions.findByToken(index % 2 === 0 ? token.hash : next.hash);
          if (found === undefined || found.session.revokedAt !== undefined) return false;
          await sessions.end(session.id, scene.now());
          return true;
        }),
      ),
    );
    assert.equal(ended.filter(Boolean).length, 1);
  },
  'ends sessions that are being prolonged, and none lives on': async (scene) => {
    const user = await scene.user();
    const begun = [await scene.session(user), await scene.session(user), await scene.session(user)];
    const endAll = (): Promise<number> =>
      scene.unitOfWork.run({ keys: [userClaim(user.id)] }, ({ sessions }) => sessions.endAllOf(user.id, scene.now()));
    const rotations = begun.map(({ session, token }) => rotateOnce(scene, session, token));
    await Promise.all([...rotations, endAll(), endAll()]);
    for (const { token } of begun) assert.ok(await isOver(scene, token));
  },
  'ends a session once, and no other': async (scene) => {
    const user = await scene.user();
    const [ended, other] = [await scene.session(user), await scene.session(user)];
    const [first, second] = [scene.now(), scene.now()];
    for (const at of [first, second])
      await scene.unitOfWork.run({}, ({ sessions }) => sessions.end(ended.session.id, at));
    assert.equal((await find(scene, ended.token))?.session.revokedAt, first);
    assert.deepEqual(await find(scene, other.token), other);
    await scene.unitOfWork.run({}, ({ sessions }) => sessions.end(scene.newSession(user).id, first));
  },
  'ends every session of a user but one, and says how many that were': async (scene) => {
    const [user, other] = [await scene.user(), await scene.user()];
    const [a, b, kept] = [await scene.session(user), await scene.session(user), await scene.session(user)];
    const stranger = await scene.session(other);
    const endAll = (except?: Session): Promise<number> =>
      scene.unitOfWork.run({ keys: [userClaim(user.id)] }, ({ sessions }) =>
        sessions.endAllOf(user.id, scene.now(), except?.id),
      );
    assert.equal(await endAll(kept.session), 2);
    for (const { token } of [a, b]) assert.ok(await isOver(scene, token));
    for (const begun of [kept, stranger]) assert.deepEqual(await find(scene, begun.token), begun);
    assert.equal(await endAll(), 1);
    assert.ok(await isOver(scene, kept.token));
    assert.equal(await endAll(), 0);
    assert.deepEqual(await find(scene, stranger.token), stranger);
  },
  'forgets sessions that have expired with all their tokens, the first to expire first': async (scene) => {
    const user = await scene.user();
    const begun = [];
    for (let index = 0; index < 5; index += 1)
      begun.unshift(await scene.session(user, { expiresAt: later(LATER, -index) }));
    const [first] = begun;
    if (first === undefined) throw new Error('no session has begun');
    const next = scene.newToken(first.session);
    await rotate(scene, first.token, scene.now(), next);
    const forget = (limit: number): Promise<number> =>
      scene.unitOfWork.run({}, ({ sessions }) => sessions.forgetExpired(LATER, limit));
    assert.equal(await forget(3), 3);
    for (const token of [first.token, next]) assert.equal(await find(scene, token), undefined);
    const left = await Promise.all(begun.map(async ({ token }) => (await find(scene, token)) !== undefined));
    assert.deepEqual(left, [false, false, false, true, true]);
    assert.equal(await forget(3), 1);
    assert.equal(await forget(3), 0);
    assert.deepEqual(await find(scene, begun[4]?.token ?? next), begun[4]);
  },
  'keeps a token that expired while its session goes on': async (scene) => {
    const { session, token } = await scene.session(await scene.user(), { expiresAt: later(LATER, -1) });
    const next = scene.newToken(session, { expiresAt: later(LATER, 1) });
    await rotate(scene, token, scene.now(), next);
    assert.equal(await scene.unitOfWork.run({}, ({ sessions }) => sessions.forgetExpired(LATER, 10)), 0);
    assert.ok((await find(scene, token))?.token.usedAt !== undefined);
  },
};

/**
 * What `SessionStore` promises, and `UserReader` of whose an access token is.
 *
 * @public
 */
export function sessionStoreContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'session store', open, {
    sessions: sessionStorePromises,
    'access tokens': tokenHolderPromises,
  });
}
