import assert from 'node:assert/strict';

import type { Identity, Principal, Role, User, UserId } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { once, pointersOf, principal, refusal } from '../registry/registry-scene.js';
import { NEW_PASSWORD, PASSWORD, ROOT, winnersOf } from './identity-scene.js';
import type { IdentityScene } from './identity-scene.js';

const UNKNOWN = '01KDVG0000ZZZZZZZZZZZZZZZZ' as UserId;

type Use = (identity: Identity, who: Principal) => Promise<unknown>;

const USES: Readonly<Record<string, readonly [permission: string, Use]>> = {
  createUser: ['user:manage', (identity, who) => identity.createUser(who, { username: 'u', roles: ['user'] })],
  getUser: ['user:manage', (identity, who) => identity.getUser(who, UNKNOWN)],
  listUsers: ['user:manage', (identity, who) => identity.listUsers(who, {})],
  changeUser: ['user:manage', (identity, who) => identity.changeUser(who, UNKNOWN, { enabled: false })],
  endSessions: ['user:manage', (identity, who) => identity.endSessions(who, UNKNOWN)],
  listAudit: ['audit:read', (identity, who) => identity.listAudit(who, {})],
};

async function kindsOf(scene: IdentityScene, { id }: User): Promise<readonly string[]> {
  return (await scene.audit()).filter(({ target }) => target === id).map(({ kind }) => kind);
}

/** @internal */
export const userPromises: Promises<IdentityScene> = {
  'is for administrators alone': async ({ identity }) => {
    const roles: readonly Role[] = ['event_manager', 'event_reporter', 'event_viewer', 'user'];
    const narrowed: Principal = { ...ROOT, permissions: ['event:create'] };
    for (const [name, [permission, use]] of Object.entries(USES))
      for (const who of [...roles.map((role) => principal(role)), narrowed]) {
        const error = await refusal(use(identity, who), 'PERMISSION_DENIED');
        assert.equal(error.code === 'PERMISSION_DENIED' && error.permission, permission, name);
      }
  },
  'makes a user and gives them back whole': async (scene) => {
    const user = await scene.identity.createUser(ROOT, {
      ...{ username: 'Ada', displayName: 'Ada Lovelace', email: 'ada@example.org', roles: ['user', 'event_viewer'] },
      password: PASSWORD,
    });
    const { id, createdAt, updatedAt, ...rest } = user;
    assert.deepEqual(rest, {
      ...{ username: 'Ada', displayName: 'Ada Lovelace', email: 'ada@example.org', roles: ['user', 'event_viewer'] },
      ...{ rolesSetHere: true, enabled: true, resourceVersion: 1, createdBy: ROOT.id },
    });
    assert.equal(createdAt, updatedAt);
    assert.deepEqual(await scene.identity.getUser(ROOT, id), user);
    assert.equal(JSON.stringify([user, await scene.audit(), scene.reports]).includes(PASSWORD), false);
    assert.deepEqual(await kindsOf(scene, user), ['user.created']);
  },
  'says who has a username already, in any case, also when two are made at once': async (scene) => {
    const { id } = await scene.user({ username: 'ada' });
    const error = await refusal(scene.user({ username: 'ADA' }), 'USER_EXISTS');
    assert.equal(error.code === 'USER_EXISTS' && error.existingId, id);
    const elsewhere = scene.another();
    const made = ['bob', 'Bob', 'BOB'].map((username) => elsewhere.createUser(ROOT, { username, roles: ['user'] }));
    assert.equal((await winnersOf(made, 'USER_EXISTS')).length, 1);
    assert.equal((await scene.identity.listUsers(ROOT, {})).items.length, 2);
  },
  'refuses a user with every bad field named': async (scene) => {
    const lookAlike = '\u0430da'; // the first letter is Cyrillic
    const input = {
      username: lookAlike,
      displayName: 'a\0',
      email: 'nobody',
      roles: ['user', 'king'],
      password: 'short',
    };
    const error = await refusal(scene.identity.createUser(ROOT, input), 'INVALID_INPUT');
    assert.deepEqual(pointersOf(error), ['/username', '/display_name', '/email', '/password', '/roles/1']);
    for (const username of ['', ' ada', 'a b', 'x'.repeat(65), 'ａｄａ', 'ada\n']) {
      const bad = scene.identity.createUser(ROOT, { username, roles: [] });
      assert.deepEqual(pointersOf(await refusal(bad, 'INVALID_INPUT')), ['/username', '/roles']);
    }
    assert.deepEqual((await scene.identity.listUsers(ROOT, {})).items, []);
  },
  'makes a user once under one idempotency key': async (scene) => {
    const input = { username: 'ada', roles: ['user'], password: PASSWORD };
    const first = await scene.identity.createUser(ROOT, input, once('key'));
    const again = await scene.another().createUser(ROOT, input, once('key'));
    const user = first.kind === 'done' ? first.value : assert.fail('was answered before');
    assert.deepEqual(again, { kind: 'replayed', answer: user.id });
    assert.deepEqual((await scene.identity.listUsers(ROOT, {})).items, [user]);
    assert.deepEqual(await kindsOf(scene, user), ['user.created']);
  },
  'lists users in the order in which they were made, by username in any case, and by whether they are enabled': async (
    scene,
  ) => {
    const users = [await scene.user({ username: 'Ada' }), await scene.user(), await scene.user()];
    const disabled = await scene.identity.changeUser(ROOT, users[1]?.id ?? UNKNOWN, { enabled: false });
    const list = async (filter: object): Promise<readonly User[]> =>
      (await scene.identity.listUsers(ROOT, filter)).items;
    assert.deepEqual(await list({}), [users[0], disabled, users[2]]);
    assert.deepEqual(await list({ username: 'aDA' }), [users[0]]);
    assert.deepEqual(await list({ enabled: false }), [disabled]);
    const page = await scene.identity.listUsers(ROOT, {}, { limit: 2 });
    const cursor = page.next ?? assert.fail('there is more');
    const rest = await scene.identity.listUsers(ROOT, {}, { cursor });
    assert.deepEqual([...page.items, ...rest.items], await list({}));
    const other = scene.identity.listUsers(ROOT, { enabled: true }, { cursor });
    await refusal(other, 'INVALID_CURSOR');
  },
  'changes what it is told to, and says of each change what it was': async (scene) => {
    const user = await scene.user();
    const changes = [
      [{ displayName: 'Some One', email: 'one@example.org' }, 'user.changed'],
      [{ email: null }, 'user.changed'],
      [{ roles: ['user'] }, 'user.roles_changed'],
      [{ enabled: false }, 'user.disabled'],
      [{ enabled: true }, 'user.enabled'],
      [{ password: NEW_PASSWORD }, 'user.password_changed'],
    ] as const;
    let current = user;
    for (const [change] of changes) {
      const after = await scene.identity.changeUser(ROOT, user.id, change, current.resourceVersion);
      assert.equal(after.resourceVersion, current.resourceVersion + 1);
      current = after;
    }
    const { resourceVersion, updatedAt } = current;
    const whole = { ...user, displayName: 'Some One', email: undefined, roles: ['user'], resourceVersion, updatedAt };
    assert.deepEqual(current, whole);
    assert.deepEqual(await scene.identity.getUser(ROOT, user.id), whole);
    assert.deepEqual(await kindsOf(scene, user), ['user.created', ...changes.map(([, kind]) => kind)]);
  },
  'makes no new version of a change that changes nothing': async (scene) => {
    const user = await scene.user({ displayName: 'Some One' });
    const { displayName, roles, enabled } = user;
    assert.deepEqual(
      await scene.identity.changeUser(ROOT, user.id, { displayName, roles, enabled, email: null }),
      user,
    );
    assert.deepEqual(await scene.identity.changeUser(ROOT, user.id, {}), user);
    assert.deepEqual(await kindsOf(scene, user), ['user.created']);
  },
  'refuses a bad change, one of an older version and one of nobody': async (scene) => {
    const user = await scene.user();
    const bad = { displayName: 'x'.repeat(256), email: '@', roles: [], password: 'short' };
    const error = await refusal(scene.identity.changeUser(ROOT, user.id, bad), 'INVALID_INPUT');
    assert.deepEqual(pointersOf(error), ['/display_name', '/email', '/password', '/roles']);
    const changed = await winnersOf(
      ['a', 'b', 'c'].map((displayName) => scene.another().changeUser(ROOT, user.id, { displayName }, 1)),
      'VERSION_STALE',
    );
    assert.deepEqual(changed, [await scene.identity.getUser(ROOT, user.id)]);
    await refusal(scene.identity.changeUser(ROOT, UNKNOWN, { enabled: false }), 'NOT_FOUND');
    await refusal(scene.identity.getUser(ROOT, UNKNOWN), 'NOT_FOUND');
  },
};
