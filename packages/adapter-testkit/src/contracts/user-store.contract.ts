import assert from 'node:assert/strict';

import { ROLES, StoreRejectedError, USERS_CLAIM, userClaim } from '@xzepr/core';
import type { Addition, ExternalIdentity, User, UserFilter, UserId } from '@xzepr/core';

import { ALL, AWKWARD_TEXTS, inParts } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import type { Scene } from '../scene.js';
import { adminCountPromises } from './admin-count.contract.js';
import { declareStorage } from './storage.contract.js';

const AT_ONCE = 8;

function add({ unitOfWork }: Scene, user: User): Promise<Addition<UserId>> {
  return unitOfWork.run({ keys: [USERS_CLAIM] }, ({ users }) => users.add(user));
}

function link({ unitOfWork }: Scene, user: User, identity: ExternalIdentity): Promise<void> {
  return unitOfWork.run({ keys: [USERS_CLAIM] }, ({ users }) => users.link(user.id, identity));
}

function linkedTo({ unitOfWork }: Scene, identity: ExternalIdentity): Promise<User | undefined> {
  return unitOfWork.run({}, ({ users }) => users.findByIdentity(identity));
}

function setPassword({ unitOfWork, now }: Scene, user: User, hash: string): Promise<void> {
  return unitOfWork.run({ keys: [userClaim(user.id)] }, ({ users }) => users.setPassword(user.id, hash, now()));
}

/** The last comes to `k` in lower case. */
const NO_USERNAMES = [...AWKWARD_TEXTS.filter((text) => /[^\w.@+-]/.test(text)), '', '\0', 'k\0', '\ud800', '\u212a'];

/** @internal */
export const userStorePromises: Promises<Scene> = {
  'keeps a user whole, and finds them by their id': async (scene) => {
    const bare = await scene.user({
      displayName: '',
      email: undefined,
      enabled: false,
      rolesSetHere: false,
      roles: [],
    });
    const full = await scene.user({ roles: [...ROLES].reverse() });
    for (const user of [bare, full]) {
      assert.deepEqual(await scene.unitOfWork.run({}, ({ users }) => users.find(user.id)), user);
      assert.deepEqual(await scene.reader.users.find(user.id), user);
    }
    const unknown = scene.newUser().id;
    assert.equal(await scene.unitOfWork.run({}, ({ users }) => users.find(unknown)), undefined);
    assert.equal(await scene.reader.users.find(unknown), undefined);
  },
  'keeps every text as it is': async (scene) => {
    const made: User[] = [];
    for (const text of AWKWARD_TEXTS) made.push(await scene.user({ displayName: text, email: text, createdBy: text }));
    assert.deepEqual(await scene.reader.users.list({}, ALL), made);
  },
  'says who has the username in any case, and then keeps nothing': async (scene) => {
    const holder = await scene.user({ username: 'Ada' });
    const second = scene.newUser({ username: 'aDA' });
    assert.deepEqual(await add(scene, second), { kind: 'taken', by: holder.id });
    assert.deepEqual(await scene.reader.users.list({}, ALL), [holder]);
    assert.deepEqual(await add(scene, scene.newUser({ username: 'Ada.' })), { kind: 'added' });
  },
  'adds one of several of one username that come at once': async (scene) => {
    const spellings = ['ada', 'ADA', 'Ada', 'aDa'];
    const additions = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) =>
        add(scene, scene.newUser({ username: spellings[index % spellings.length] ?? '' })),
      ),
    );
    const [only, ...rest] = await scene.reader.users.list({}, ALL);
    assert.equal(rest.length, 0);
    assert.equal(additions.filter(({ kind }) => kind === 'added').length, 1);
    for (const addition of additions) if (addition.kind === 'taken') assert.equal(addition.by, only?.id);
  },
  'puts a user in the place of the one with their id': async (scene) => {
    const [user, other] = [await scene.user(), await scene.user()];
    const after: User = {
      ...{ ...user, displayName: 'changed', email: undefined, roles: ['admin', 'user'], rolesSetHere: false },
      ...{ enabled: false, resourceVersion: 2, updatedAt: scene.now() },
    };
    await scene.unitOfWork.run({ keys: [USERS_CLAIM] }, ({ users }) => users.replace(after));
    assert.deepEqual(await scene.reader.users.list({}, ALL), [after, other]);
  },
  'finds a user by an identity that was linked, by provider and subject exactly': async (scene) => {
    const [one, two] = [await scene.user(), await scene.user()];
    await link(scene, one, { provider: 'corp', subject: 'a' });
    await link(scene, one, { provider: 'other', subject: 'b' });
    await link(scene, two, { provider: 'other', subject: 'a' });
    assert.deepEqual(await linkedTo(scene, { provider: 'corp', subject: 'a' }), one);
    assert.deepEqual(await linkedTo(scene, { provider: 'other', subject: 'b' }), one);
    assert.deepEqual(await linkedTo(scene, { provider: 'other', subject: 'a' }), two);
    for (const identity of [
      { provider: 'corp', subject: 'A' },
      { provider: 'corp', subject: 'b' },
      { provider: 'corp a', subject: '' },
    ]) {
      assert.equal(await linkedTo(scene, identity), undefined);
    }
  },
  'keeps every subject apart from every other': async (scene) => {
    const linked = [];
    for (const subject of AWKWARD_TEXTS) {
      const user = await scene.user();
      await link(scene, user, { provider: 'corp', subject });
      linked.push({ subject, user });
    }
    for (const { subject, user } of linked)
      assert.deepEqual(await linkedTo(scene, { provider: 'corp', subject }), user);
  },
  'throws StoreRejectedError for an identity that is linked, and leaves it to whom it is linked to': async (scene) => {
    const [one, two] = [await scene.user(), await scene.user()];
    const identity = { provider: 'corp', subject: 's' };
    await link(scene, one, identity);
    await assert.rejects(link(scene, two, identity), StoreRejectedError);
    assert.deepEqual(await linkedTo(scene, identity), one);
  },
  'finds nobody by a text that no username can be': async (scene) => {
    await scene.user({ username: 'k' });
    for (const username of NO_USERNAMES) {
      assert.equal(await scene.reader.users.findForSignIn(username), undefined, JSON.stringify(username));
      assert.deepEqual(await scene.reader.users.list({ username }, ALL), [], JSON.stringify(username));
    }
  },
  'finds who wants to sign in without regard to case, with the password that was set last': async (scene) => {
    const [user, other] = [await scene.user({ username: 'Ada' }), await scene.user()];
    const find = (name: string): Promise<unknown> => scene.reader.users.findForSignIn(name);
    assert.deepEqual(await find('ada'), { user, passwordHash: undefined });
    await setPassword(scene, user, '$first$');
    await setPassword(scene, other, '$another$');
    await setPassword(scene, user, '$second$');
    for (const name of ['Ada', 'ada', 'ADA']) assert.deepEqual(await find(name), { user, passwordHash: '$second$' });
    for (const name of ['', 'ad', 'ada ', 'a%', '___', 'àda']) assert.equal(await find(name), undefined);
  },
  'lists users by id, in parts of any length': async (scene) => {
    const made = Array.from({ length: 7 }, () => scene.newUser());
    for (const user of made.toReversed()) await add(scene, user);
    for (const limit of [1, 3, 7, 100]) {
      const read = await inParts(
        limit,
        ({ id }: User) => id,
        (span) => scene.reader.users.list({}, span),
      );
      assert.deepEqual(read, made);
    }
  },
  'lists those that fit everything that is given': async (scene) => {
    const [ada, bob] = [await scene.user({ username: 'Ada' }), await scene.user({ enabled: false })];
    const list = async (filter: UserFilter): Promise<readonly User[]> => scene.reader.users.list(filter, ALL);
    assert.deepEqual(await list({ enabled: true }), [ada]);
    assert.deepEqual(await list({ enabled: false }), [bob]);
    assert.deepEqual(await list({ username: 'aDA' }), [ada]);
    assert.deepEqual(await list({ username: 'ada', enabled: false }), []);
    assert.deepEqual(await list({ username: '%' }), []);
  },
};

/**
 * What `UserStore` and `UserReader` promise of users, passwords and identities.
 *
 * @public
 */
export function userStoreContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'user store', open, { users: userStorePromises, administrators: adminCountPromises });
}
