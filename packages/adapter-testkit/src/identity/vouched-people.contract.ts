import assert from 'node:assert/strict';

import type { User, VouchedPerson } from '@xzepr/core';

import { ALL } from '../awkward.js';
import type { Promises } from '../contract.js';
import type { ScriptedProvider } from '../memory/scripted-provider.js';
import { refusal } from '../registry/registry-scene.js';
import { NEW_PASSWORD, PASSWORD, ROOT } from './identity-scene.js';
import type { IdentityScene } from './identity-scene.js';
import { broughtBack, wentThrough } from './trips.js';

const ADA: Omit<VouchedPerson, 'email' | 'displayName'> = { subject: 's-1', username: 'ada', roles: ['event_viewer'] };

/** The user that a trip ended in. */
async function signedIn(
  scene: IdentityScene,
  person: Partial<VouchedPerson> = {},
  provider: ScriptedProvider = scene.corp,
): Promise<User> {
  provider.vouchFor({ ...ADA, ...person });
  const { tokens } = await wentThrough(scene, provider);
  return scene.identity.getUser(ROOT, tokens.userId);
}

async function countOf({ reader }: IdentityScene): Promise<number> {
  return (await reader.users.list({}, ALL)).length;
}

/** @internal */
export const vouchedPeoplePromises: Promises<IdentityScene> = {
  'makes a user at the first time, and knows them at the others': async (scene) => {
    const first = await signedIn(scene, { displayName: 'Ada', email: 'ada@example.org' });
    const { id, createdAt: _at, updatedAt: _then, ...rest } = first;
    assert.deepEqual(rest, {
      ...{
        username: 'ada',
        displayName: 'Ada',
        email: 'ada@example.org',
        roles: ['event_viewer'],
        rolesSetHere: false,
      },
      ...{ enabled: true, resourceVersion: 1, createdBy: 'provider:corp' },
    });
    assert.deepEqual(await signedIn(scene), first);
    assert.deepEqual(
      (await scene.audit('user.created')).map(({ target }) => target),
      [id],
    );
  },
  'makes one user of one person who comes twice at the same time': async (scene) => {
    scene.corp.vouchFor(ADA);
    const trips = await Promise.all(Array.from({ length: 4 }, () => wentThrough(scene, scene.corp, scene.another())));
    assert.equal(new Set(trips.map(({ tokens }) => tokens.userId)).size, 1);
    assert.equal(await countOf(scene), 1);
  },
  'takes people of two providers for two, whatever they are called': async (scene) => {
    const [corp, other] = [await signedIn(scene), await signedIn(scene, {}, scene.other)];
    assert.notEqual(corp.id, other.id);
    assert.equal((await signedIn(scene)).id, corp.id);
    const again = await signedIn(scene, { username: 'ada', subject: 'S-1' });
    assert.equal(new Set([corp.username, other.username, again.username]).size, 3);
  },
  'never takes who has a username already for the person who wants it': async (scene) => {
    const local = await scene.user({ username: 'Ada', roles: ['admin'] });
    const vouched = await signedIn(scene);
    assert.notEqual(vouched.id, local.id);
    assert.match(vouched.username, /^ada-[0-9A-Z]{6}$/);
    assert.deepEqual(vouched.roles, ['event_viewer']);
    assert.deepEqual(await scene.identity.getUser(ROOT, local.id), local);
  },
  'calls people by their id where the provider has no username, or none that can be one': async (scene) => {
    const names = [undefined, 'ada lovelace', '\u0430da', '', 'x'.repeat(65)];
    for (const [index, username] of names.entries()) {
      const user = await signedIn(scene, { username, subject: `s-${String(index)}` });
      assert.equal(user.username, user.id);
    }
    const long = await signedIn(scene, { username: 'x'.repeat(64), subject: 'long' });
    assert.equal(long.username, 'x'.repeat(64));
    const longer = await signedIn(scene, { username: 'x'.repeat(64), subject: 'longer' });
    assert.equal(longer.username.length, 64);
  },
  'refuses people to whom nothing gives a role, and makes no user of them': async (scene) => {
    scene.corp.vouchFor({ subject: 's', username: 'ada' });
    await refusal(wentThrough(scene), 'SIGN_IN_REFUSED');
    assert.equal(await countOf(scene), 0);
    const user = await signedIn(scene);
    scene.corp.vouchFor({ subject: ADA.subject });
    await refusal(wentThrough(scene), 'SIGN_IN_REFUSED');
    assert.deepEqual(await scene.identity.getUser(ROOT, user.id), user);
  },
  'follows what the provider says of roles, until an administrator sets them here': async (scene) => {
    const { id } = await signedIn(scene);
    assert.deepEqual((await signedIn(scene, { roles: ['event_manager'] })).roles, ['event_manager']);
    const [changed] = await scene.audit('user.roles_changed');
    assert.deepEqual([changed?.target, changed?.detail['to']], [id, 'event_manager']);
    const here = await scene.identity.changeUser(ROOT, id, { roles: ['user'] });
    assert.equal(here.rolesSetHere, true);
    for (const roles of [['admin'], []] as const) assert.deepEqual((await signedIn(scene, { roles })).roles, ['user']);
  },
  'follows what the provider says of names and addresses, and leaves what it does not say': async (scene) => {
    const first = await signedIn(scene, { displayName: 'Ada', email: 'ada@example.org' });
    const second = await signedIn(scene, { displayName: 'Ada L.', username: 'renamed' });
    const { resourceVersion, updatedAt } = second;
    assert.deepEqual(second, { ...first, displayName: 'Ada L.', resourceVersion, updatedAt });
    assert.equal(resourceVersion, 2);
    assert.equal((await scene.audit('user.changed')).length, 1);
  },
  'leaves out a name or an address of a provider that could not be kept': async (scene) => {
    const bad = { displayName: 'a\0b', email: 'not an address' };
    const user = await signedIn(scene, bad);
    assert.deepEqual([user.displayName, user.email], ['', undefined]);
    const good = await signedIn(scene, { displayName: 'Ada', email: 'ada@example.org' });
    for (const person of [bad, { displayName: 'x'.repeat(256), email: `${'x'.repeat(300)}@example.org` }])
      assert.deepEqual(await signedIn(scene, person), good);
  },
  'refuses a user who is disabled here, whatever the provider says': async (scene) => {
    const user = await signedIn(scene);
    await scene.identity.changeUser(ROOT, user.id, { enabled: false });
    await refusal(wentThrough(scene), 'SIGN_IN_REFUSED');
    await scene.identity.changeUser(ROOT, user.id, { enabled: true });
    assert.equal((await signedIn(scene)).id, user.id);
  },
  'gives people of a provider no password here that they could change': async (scene) => {
    scene.corp.vouchFor(ADA);
    const who = await scene.principal((await wentThrough(scene)).tokens);
    for (const before of ['', PASSWORD])
      await refusal(scene.identity.changePassword(who, before, NEW_PASSWORD), 'SIGN_IN_REFUSED');
  },
  'keeps the last administrator, whatever the provider says of them': async (scene) => {
    const last = await signedIn(scene, { roles: ['admin'] });
    scene.corp.vouchFor({ ...ADA, roles: ['user'] });
    await refusal(scene.identity.finishTrip('corp', await broughtBack(scene)), 'LAST_ADMIN');
    assert.deepEqual(await scene.identity.getUser(ROOT, last.id), last);
    await scene.user({ roles: ['admin'] });
    assert.deepEqual((await signedIn(scene, { roles: ['user'] })).roles, ['user']);
  },
};
