import assert from 'node:assert/strict';

import type { Identity, IdentityPorts, SignInInput, TokenPair } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { plainPasswords } from '../memory/plain-passwords.js';
import { refusal } from '../registry/registry-scene.js';
import { NEW_PASSWORD, ORIGIN, PASSWORD, ROOT, winnersOf } from './identity-scene.js';
import type { IdentityScene } from './identity-scene.js';

function attempt(identity: Identity, username: string, password: string = PASSWORD): Promise<TokenPair> {
  return identity.signIn({ username, password, origin: ORIGIN });
}

/** Passwords whose check has just come out when `meanwhile` happens, as others may do what they like while it goes on. */
function slowly(meanwhile: () => Promise<unknown>, cost = 1): Pick<IdentityPorts, 'passwords'> {
  const sound = plainPasswords({ cost });
  let hasHappened = false;
  return {
    passwords: {
      ...sound,
      async verify(password, hash) {
        const check = await sound.verify(password, hash);
        if (!hasHappened) await meanwhile();
        hasHappened = true;
        return check;
      },
    },
  };
}

/** @internal */
export const signingInPromises: Promises<IdentityScene> = {
  'lets a user in by their password and their username in any case': async (scene) => {
    const user = await scene.user({ username: 'Ada', roles: ['event_viewer', 'user'] });
    const pair = await attempt(scene.identity, 'aDA');
    const { userId, sessionId, tokenId, expiresIn } = pair;
    assert.deepEqual([userId, expiresIn], [user.id, 900]);
    const who = await scene.principal(pair);
    const { token, ...rest } = who;
    assert.deepEqual(rest, { id: user.id, kind: 'user', roles: user.roles, userId: user.id });
    assert.deepEqual([token?.id, token?.sessionId], [tokenId, sessionId]);
    assert.deepEqual(await scene.identity.whoAmI(who), { principal: who, user });
    const [entry] = await scene.audit('sign_in.succeeded');
    assert.deepEqual([entry?.actor, entry?.target, entry?.origin], [user.id, sessionId, ORIGIN]);
  },
  'says the same to an unknown user, a wrong password, a disabled account and one without a password': async (
    scene,
  ) => {
    let asked = 0;
    const verify = scene.passwords.verify.bind(scene.passwords);
    const passwords = {
      ...scene.passwords,
      verify: (...args: Parameters<typeof verify>) => ((asked += 1), verify(...args)),
    };
    const identity = scene.another({ passwords });
    await scene.user({ username: 'right' });
    const { id } = await scene.user({ username: 'disabled' });
    await scene.identity.changeUser(ROOT, id, { enabled: false });
    await identity.createUser(ROOT, { username: 'elsewhere', roles: ['user'] });
    const attempts: readonly Omit<SignInInput, 'origin'>[] = [
      { username: 'nobody', password: PASSWORD },
      { username: 'right', password: `${PASSWORD} ` },
      { username: 'right', password: '' },
      { username: 'right', password: PASSWORD.repeat(1_000) },
      { username: 'disabled', password: PASSWORD },
      { username: 'elsewhere', password: '' },
      ...['', '\0', '\ud800', 'x'.repeat(10_000), '%'].map((username) => ({ username, password: PASSWORD })),
    ];
    const messages = new Set<string>();
    for (const input of attempts)
      messages.add((await refusal(identity.signIn({ ...input, origin: ORIGIN }), 'SIGN_IN_REFUSED')).message);
    assert.equal(messages.size, 1);
    assert.equal(asked, attempts.length, 'each must take the time of one check of a password');
    assert.deepEqual(await scene.audit('sign_in.succeeded'), []);
  },
  'tells the security monitor who got in and who did not, and writes down no name that nobody has': async (scene) => {
    const user = await scene.user({ username: 'ada' });
    for (const [username, password] of [
      ['ada', 'wrong'],
      ['my password, oh dear', 'wrong'],
    ] as const)
      await refusal(attempt(scene.identity, username, password), 'SIGN_IN_REFUSED');
    await scene.signIn(user);
    const told = scene.reports.filter(({ kind }) => kind.startsWith('sign_in.'));
    assert.deepEqual(
      told.map(({ kind, isKept, origin }) => [kind, isKept, origin.address]),
      [
        ['sign_in.failed', false, ORIGIN.address],
        ['sign_in.failed', false, ORIGIN.address],
        ['sign_in.succeeded', true, ORIGIN.address],
      ],
    );
    assert.equal(told[0]?.target, 'ada');
    assert.equal(JSON.stringify(scene.reports).includes('oh dear'), false);
    assert.equal(JSON.stringify(scene.reports).includes('wrong'), false);
  },
  'refuses a user who is disabled while they sign in, for good': async (scene) => {
    const user = await scene.user();
    const change = (enabled: boolean): Promise<unknown> => scene.identity.changeUser(ROOT, user.id, { enabled });
    const identity = scene.another(slowly(() => change(false)));
    await refusal(scene.signIn(user, identity), 'SIGN_IN_REFUSED');
    await change(true);
    assert.ok(await scene.holder(await scene.signIn(user)));
  },
  'refuses a password that is replaced while someone signs in with it': async (scene) => {
    const user = await scene.user();
    const replace = (): Promise<unknown> => scene.identity.changeUser(ROOT, user.id, { password: NEW_PASSWORD });
    for (const cost of [1, 2]) {
      await scene.identity.changeUser(ROOT, user.id, { password: PASSWORD });
      await refusal(scene.signIn(user, scene.another(slowly(replace, cost))), 'SIGN_IN_REFUSED');
      await refusal(scene.signIn(user), 'SIGN_IN_REFUSED');
      await attempt(scene.identity, user.username, NEW_PASSWORD);
    }
  },
  'refuses a password that its user replaces while someone else signs in with it': async (scene) => {
    const user = await scene.user();
    const own = await scene.principal(await scene.signIn(user));
    const replace = (): Promise<unknown> => scene.identity.changePassword(own, PASSWORD, NEW_PASSWORD);
    await refusal(scene.signIn(user, scene.another(slowly(replace))), 'SIGN_IN_REFUSED');
  },
  'lets in someone whose name is changed while they sign in': async (scene) => {
    const user = await scene.user();
    const rename = (): Promise<unknown> => scene.identity.changeUser(ROOT, user.id, { displayName: 'Another' });
    assert.ok(await scene.holder(await scene.signIn(user, scene.another(slowly(rename)))));
  },
  'leaves no session of before when a user is disabled, or gets another password, at the same time': async (scene) => {
    const user = await scene.user();
    for (const change of [{ enabled: false }, { password: NEW_PASSWORD }]) {
      const elsewhere = scene.another();
      const [won] = await Promise.all([
        winnersOf(
          Array.from({ length: 4 }, () => scene.signIn(user, elsewhere)),
          'SIGN_IN_REFUSED',
        ),
        scene.identity.changeUser(ROOT, user.id, change),
      ]);
      await scene.identity.changeUser(ROOT, user.id, { enabled: true });
      for (const pair of won) {
        assert.equal(await scene.holder(pair, scene.another()), undefined);
        await refusal(scene.identity.refresh(pair.refreshToken, ORIGIN), 'SIGN_IN_REFUSED');
      }
    }
  },
  'keeps a password in the form of today once it was used': async (scene) => {
    const user = await scene.user();
    const costlier = scene.another({ passwords: plainPasswords({ cost: 2 }) });
    const kept = async (): Promise<string> =>
      (await scene.reader.users.findForSignIn(user.username))?.passwordHash ?? '';
    await refusal(attempt(costlier, user.username, 'wrong'), 'SIGN_IN_REFUSED');
    assert.match(await kept(), /\$c=1\$/);
    await scene.signIn(user, costlier);
    assert.match(await kept(), /\$c=2\$/);
    await scene.signIn(user, costlier);
    assert.deepEqual(await scene.reader.users.find(user.id), user);
  },
};
