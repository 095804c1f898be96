import assert from 'node:assert/strict';

import type { Identity, TokenPair, User, UserId } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { refusal } from '../registry/registry-scene.js';
import { ORIGIN, ROOT, winnersOf } from './identity-scene.js';
import type { IdentityScene } from './identity-scene.js';

const MINUTE = 60_000;

function refresh(identity: Identity, { refreshToken }: TokenPair): Promise<TokenPair> {
  return identity.refresh(refreshToken, ORIGIN);
}

async function isOver(scene: IdentityScene, pair: TokenPair): Promise<void> {
  assert.equal(await scene.holder(pair), undefined);
  await refusal(refresh(scene.identity, pair), 'SIGN_IN_REFUSED');
}

/** @internal */
export const sessionPromises: Promises<IdentityScene> = {
  'gives other tokens of the same session for a refresh token': async (scene) => {
    const user = await scene.user();
    const pairs = [await scene.signIn(user)];
    for (let times = 0; times < 3; times += 1)
      pairs.push(await refresh(scene.another(), pairs.at(-1) ?? assert.fail()));
    assert.deepEqual([...new Set(pairs.map(({ sessionId }) => sessionId))].length, 1);
    for (const what of ['accessToken', 'refreshToken', 'tokenId'] as const)
      assert.equal(new Set(pairs.map((pair) => pair[what])).size, pairs.length);
    for (const pair of pairs) assert.equal((await scene.holder(pair))?.id, user.id);
  },
  'ends the whole session when a used token comes back, and keeps that in the audit log': async (scene) => {
    const user = await scene.user();
    const [first, other] = [await scene.signIn(user), await scene.signIn(user)];
    const second = await refresh(scene.identity, first);
    const third = await refresh(scene.identity, second);
    assert.ok(await scene.holder(third));
    await refusal(scene.identity.refresh(first.refreshToken, { address: '203.0.113.9' }), 'SIGN_IN_REFUSED');
    for (const pair of [first, second, third]) await isOver(scene, pair);
    assert.ok(await scene.holder(other));
    await refresh(scene.identity, other);
    const reused = await scene.audit('token.reused');
    assert.deepEqual(
      reused.map(({ target, origin, detail }) => [target, origin.address, detail['user']]),
      [[first.sessionId, '203.0.113.9', user.id]],
    );
    assert.equal(scene.reports.filter(({ kind, isKept }) => kind === 'token.reused' && isKept).length, 1);
  },
  'lets one of several at most that bring one refresh token at the same time have the next': async (scene) => {
    const first = await scene.signIn(await scene.user());
    const processes = [scene.identity, scene.another(), scene.another(), scene.identity];
    const won = await winnersOf(
      processes.map((identity) => refresh(identity, first)),
      'SIGN_IN_REFUSED',
    );
    assert.equal(won.length, 1);
    for (const pair of [first, ...won]) await isOver(scene, pair);
    assert.equal((await scene.audit('token.reused')).length, 1);
  },
  'takes nothing else for a refresh token, and no refresh token for anything else': async (scene) => {
    const pair = await scene.signIn(await scene.user());
    const others = ['', '\0', 'unknown', pair.accessToken, `${pair.refreshToken} `, 'x'.repeat(100_000)];
    for (const text of others) await refusal(scene.identity.refresh(text, ORIGIN), 'SIGN_IN_REFUSED');
    assert.equal(await scene.identity.authenticate(pair.refreshToken), undefined);
    assert.ok(await scene.holder(await refresh(scene.identity, pair)));
    assert.equal(scene.reports.filter(({ kind }) => kind === 'credential.refused').length, others.length);
    assert.equal(JSON.stringify(scene.reports).includes(pair.refreshToken), false);
  },
  'ends a refresh token when its time is over, and a session in any case after its own': async (scene) => {
    const identity = scene.another({ times: { refreshMs: 60 * MINUTE, sessionMs: 90 * MINUTE } });
    const user = await scene.user();
    const [idle, busy] = [await scene.signIn(user, identity), await scene.signIn(user, identity)];
    scene.clock.step(50 * MINUTE);
    const second = await refresh(identity, busy);
    scene.clock.step(10 * MINUTE);
    await refusal(refresh(identity, idle), 'SIGN_IN_REFUSED');
    scene.clock.step(20 * MINUTE);
    const third = await refresh(identity, second);
    scene.clock.step(10 * MINUTE);
    await refusal(refresh(identity, third), 'SIGN_IN_REFUSED');
  },
  'gives no access token that outlives its session': async (scene) => {
    const identity = scene.another({
      times: { accessMs: 15 * MINUTE, refreshMs: 60 * MINUTE, sessionMs: 70 * MINUTE },
    });
    const first = await scene.signIn(await scene.user(), identity);
    assert.equal(first.expiresIn, 900);
    scene.clock.step(59 * MINUTE);
    const second = await refresh(identity, first);
    assert.ok(second.expiresIn <= 660 && second.expiresIn >= 650, String(second.expiresIn));
    assert.ok(await scene.holder(second));
    scene.clock.step(11 * MINUTE);
    assert.equal(await scene.holder(second), undefined);
  },
  'ends the session of whoever signs out, and no other': async (scene) => {
    const user = await scene.user();
    const [here, there] = [await scene.signIn(user), await scene.signIn(user)];
    const before = here;
    const after = await refresh(scene.identity, here);
    await scene.identity.signOut(await scene.principal(after));
    for (const pair of [before, after]) await isOver(scene, pair);
    assert.ok(await scene.holder(there));
    await scene.identity.signOut(ROOT);
    const [entry, ...more] = await scene.audit('token.revoked');
    assert.deepEqual([entry?.actor, entry?.target, more.length], [user.id, here.sessionId, 0]);
  },
  'ends every session of a user for an administrator, and for nobody else': async (scene) => {
    const [user, other] = [await scene.user(), await scene.user()];
    const [a, b, stranger] = [await scene.signIn(user), await scene.signIn(user), await scene.signIn(other)];
    await refusal(scene.identity.endSessions(await scene.principal(stranger), user.id), 'PERMISSION_DENIED');
    const unknown = '01KDVG0000ZZZZZZZZZZZZZZZZ' as UserId;
    await refusal(scene.identity.endSessions(ROOT, unknown), 'NOT_FOUND');
    await scene.identity.endSessions(ROOT, user.id);
    for (const pair of [a, b]) await isOver(scene, pair);
    assert.ok(await scene.holder(stranger));
    assert.ok(await scene.holder(await scene.signIn(user)));
  },
  'ends one access token for an administrator, whose session goes on': async (scene) => {
    const pair = await scene.signIn(await scene.user());
    const who = await scene.principal(pair);
    await refusal(scene.identity.revokeToken(who, pair.tokenId), 'PERMISSION_DENIED');
    await scene.identity.revokeToken(ROOT, pair.tokenId);
    assert.equal(await scene.holder(pair), undefined);
    assert.ok(await scene.holder(await refresh(scene.identity, pair)));
    assert.equal((await scene.audit('token.revoked')).length, 1);
  },
  'ends the sessions of a user who is disabled, for good': async (scene) => {
    const user: User = await scene.user();
    const pair = await scene.signIn(user);
    await scene.identity.changeUser(ROOT, user.id, { enabled: false });
    await isOver(scene, pair);
    await scene.identity.changeUser(ROOT, user.id, { enabled: true });
    await isOver(scene, pair);
    assert.ok(await scene.holder(await scene.signIn(user)));
  },
  'forgets what has expired, and says how much that was': async (scene) => {
    const user = await scene.user();
    const identity = scene.another({ times: { accessMs: MINUTE, refreshMs: 10 * MINUTE } });
    const [idle, busy] = [await scene.signIn(user, identity), await scene.signIn(user, identity)];
    await scene.identity.beginTrip('corp', 'https://xzepr.example/callback', undefined);
    await identity.revokeToken(ROOT, busy.tokenId);
    scene.clock.step(9 * MINUTE);
    const next = await refresh(identity, busy);
    assert.equal(await identity.forgetExpired(), 1);
    scene.clock.step(2 * MINUTE);
    assert.equal(await identity.forgetExpired(), 2);
    assert.equal(await identity.forgetExpired(), 0);
    await refusal(refresh(identity, idle), 'SIGN_IN_REFUSED');
    assert.ok(await scene.holder(await refresh(identity, next), identity));
  },
};
