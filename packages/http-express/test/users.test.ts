import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { PASSWORD, opens, signIn, signedIn, userIn } from './support/people.js';
import { openWorld, pointers, refusal } from './support/world.js';
import type { Got, Json, World } from './support/world.js';

describe('users', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const path = (user: Json): string => `/api/v1/users/${String(user['id'])}`;
  const create = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Got> =>
    world.ask('POST', '/api/v1/users', { body, headers });
  const patch = (user: Json, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Got> =>
    world.ask('PATCH', path(user), { body, headers });

  it('are made, read, listed and changed', async () => {
    const made = await create({
      ...{ username: 'Grace', display_name: 'Grace H.', email: 'grace@example.org', roles: ['event_viewer'] },
      password: PASSWORD,
    });
    expect([made.status, made.headers.get('etag')]).toEqual([201, '"1"']);
    expect(made.headers.get('location')).toBe(path(made.json));
    expect(made.json).toMatchObject({
      ...{ username: 'Grace', display_name: 'Grace H.', email: 'grace@example.org', roles: ['event_viewer'] },
      ...{ roles_set_here: true, enabled: true, resource_version: 1, created_by: 'the-admin' },
    });
    expect(made.text).not.toContain(PASSWORD);
    expect(made.text).not.toContain('$plain$');
    expect((await world.ask('GET', path(made.json))).json).toEqual(made.json);

    const other = await userIn(world);
    const list = async (query: string): Promise<readonly unknown[]> =>
      ((await world.ask('GET', `/api/v1/users${query}`)).json['data'] as readonly Json[]).map(({ id }) => id);
    expect(await list('')).toEqual([made.json['id'], other['id']]);
    expect(await list('?username=gRACE')).toEqual([made.json['id']]);
    expect(await list('?username=nobody')).toEqual([]);
    expect(await list('?enabled=false')).toEqual([]);
    const first = await world.ask('GET', '/api/v1/users?limit=1');
    const { next } = first.json['page'] as { readonly next: string };
    expect(await list(`?limit=1&cursor=${next}`)).toEqual([other['id']]);
    expect((await world.ask('GET', `/api/v1/users?enabled=true&cursor=${next}`)).json['code']).toBe('INVALID_CURSOR');

    const changed = await patch(made.json, { display_name: '', email: null, roles: ['event_manager', 'user'] });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect(changed.json).toMatchObject({ display_name: '', email: null, roles: ['event_manager', 'user'] });
    expect((await patch(made.json, {})).json['resource_version']).toBe(2);
  });

  it('are changed at the version that If-Match names, where it names one', async () => {
    const user = await userIn(world);
    expect((await patch(user, { display_name: 'a' }, { 'if-match': '"1"' })).status).toBe(200);
    const stale = await patch(user, { display_name: 'b' }, { 'if-match': '"1"' });
    expect([stale.status, stale.json['code'], stale.json['current_version']]).toEqual([412, 'VERSION_STALE', 2]);
    expect((await patch(user, { display_name: 'b' }, { 'if-match': '*' })).status).toBe(200);
    expect((await patch(user, { display_name: 'c' }, { 'if-match': 'nonsense' })).status).toBe(400);
    expect((await world.ask('DELETE', path(user), { headers: { 'if-match': '"1"' } })).status).toBe(412);
    expect((await world.ask('DELETE', path(user), { headers: { 'if-match': '"3"' } })).status).toBe(204);
  });

  it('are not sent again to who has them', async () => {
    const user = await userIn(world);
    const again = await world.ask('GET', path(user), { headers: { 'if-none-match': '"1"' } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('are disabled by DELETE, at once, and enabled again by PATCH', async () => {
    const { access, user } = await signedIn(world);
    expect((await world.ask('DELETE', path(user))).status).toBe(204);
    expect(await opens(world, access)).toBe(false);
    expect((await signIn(world, user['username'])).status).toBe(401);
    expect((await world.ask('GET', path(user))).json['enabled']).toBe(false);
    expect((await world.ask('DELETE', path(user))).status).toBe(204);
    expect((await patch(user, { enabled: true })).status).toBe(200);
    expect(await opens(world, access)).toBe(false);
    expect((await signIn(world, user['username'])).status).toBe(200);
  });

  it('lose at once what a role gave them', async () => {
    const { access, user } = await signedIn(world);
    const groups = (): Promise<Got> => world.ask('GET', '/api/v1/events', { token: access });
    expect((await groups()).status).toBe(200);
    await patch(user, { roles: ['user'] });
    expect(refusal(await groups())).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
  });

  it('lose every session when someone says so', async () => {
    const { access, user } = await signedIn(world);
    expect((await world.ask('DELETE', `${path(user)}/sessions`)).status).toBe(204);
    expect(await opens(world, access)).toBe(false);
    expect((await signIn(world, user['username'])).status).toBe(200);
    expect((await world.ask('DELETE', `/api/v1/users/01KDVG00009999999999999999/sessions`)).status).toBe(404);
  });

  it('lose every session when their password is set', async () => {
    const { access, user } = await signedIn(world);
    expect((await patch(user, { password: 'a horse of another colour' })).status).toBe(200);
    expect(await opens(world, access)).toBe(false);
    expect((await signIn(world, user['username'])).status).toBe(401);
  });

  it('always have someone among them who may do everything', async () => {
    const admin = await userIn(world, { roles: ['admin'] });
    for (const got of [
      await world.ask('DELETE', path(admin)),
      await patch(admin, { enabled: false }),
      await patch(admin, { roles: ['event_manager'] }),
    ]) {
      expect(refusal(got)).toMatchObject({ status: 409, code: 'LAST_ADMIN' });
    }
    await userIn(world, { roles: ['admin'] });
    expect((await world.ask('DELETE', path(admin))).status).toBe(204);
  });

  it('are made once for one idempotency key', async () => {
    const body = { username: 'once', roles: ['user'], password: PASSWORD };
    const first = await create(body, { 'idempotency-key': 'k' });
    const again = await create(body, { 'idempotency-key': 'k' });
    expect([first.status, again.status, again.json]).toEqual([201, 201, first.json]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await create({ ...body, password: 'a horse of another colour' }, { 'idempotency-key': 'k' });
    expect(other.json['code']).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('cannot have a name that another has in another case', async () => {
    const user = await userIn(world, { username: 'Grace' });
    const got = await create({ username: 'gRaCe', roles: ['user'] });
    expect([got.status, got.json['code'], got.json['existing_id']]).toEqual([409, 'USER_EXISTS', user['id']]);
  });

  it.each([
    ['look-alike letters', 'gr\u0430ce'],
    ['full-width letters', '\uff47race'],
    ['a dotless i', 'ad\u0131n'],
    ['a combining mark', 'ade\u0301'],
    ['a space of no width', 'ad\u200ba'],
    ['text from right to left', 'ad\u202ea'],
    ['white space', 'ada lovelace'],
    ['NUL', 'ada\0'],
    ['nothing', ''],
    ['too much', 'a'.repeat(65)],
    ['a path', '../ada'],
  ])('cannot have a name with %s in it', async (_, username) => {
    expect(refusal(await create({ username, roles: ['user'] }))).toEqual({
      ...{ status: 422, code: 'INVALID_INPUT', pointers: ['/username'] },
    });
  });

  it.each([['short'], ['iloveyou'], ['x'.repeat(257)], ['grace is my name'], ['\ud800'.repeat(12)]])(
    'cannot have the weak password %j',
    async (password) => {
      const got = await create({ username: 'grace', roles: ['user'], password });
      expect(refusal(got)).toEqual({ status: 422, code: 'INVALID_INPUT', pointers: ['/password'] });
      expect(got.text).not.toContain(password);
      const user = await userIn(world, { username: 'grace' });
      expect(pointers(await patch(user, { password }))).toEqual(['/password']);
    },
  );

  it('are told everything that is wrong with them at once', async () => {
    const got = await create({
      username: 'a b',
      display_name: 'x'.repeat(256),
      email: 'nowhere',
      roles: ['king', 'user', 'user'],
      password: 'x',
    });
    expect(refusal(got)).toEqual({
      ...{ status: 422, code: 'INVALID_INPUT' },
      pointers: ['/display_name', '/email', '/password', '/roles/0', '/roles/2', '/username'],
    });
    expect(pointers(await create({ username: 'ada', roles: [] }))).toEqual(['/roles']);
    expect(pointers(await create({ roles: 'admin', enabled: true, id: 'mine' }))).toEqual([
      ...['/enabled', '/id', '/roles', '/username'],
    ]);
    const user = await userIn(world);
    expect(pointers(await patch(user, { username: 'other', roles_set_here: false }))).toEqual([
      ...['/roles_set_here', '/username'],
    ]);
    expect(pointers(await patch(user, { roles: ['__proto__'] }))).toEqual(['/roles/0']);
  });

  it('are nobody else’s to see or change', async () => {
    const user = await userIn(world);
    for (const as of ['event_manager', 'event_reporter', 'event_viewer', 'user'] as const) {
      for (const [method, where, body] of [
        ['POST', '/api/v1/users', { username: 'x', roles: ['admin'] }],
        ['GET', '/api/v1/users', undefined],
        ['GET', path(user), undefined],
        ['PATCH', path(user), { roles: ['admin'] }],
        ['DELETE', path(user), undefined],
        ['DELETE', `${path(user)}/sessions`, undefined],
      ] as const) {
        const got = await world.ask(method, where, { as, body });
        expect([as, method, got.status, got.json['permission']]).toEqual([as, method, 403, 'user:manage']);
      }
    }
  });

  it('that do not exist are not found', async () => {
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', {}],
      ['DELETE', undefined],
    ] as const) {
      const absent = await world.ask(method, '/api/v1/users/01KDVG00009999999999999999', { body });
      expect([method, absent.status]).toEqual([method, 404]);
      expect((await world.ask(method, '/api/v1/users/nonsense', { body })).status).toBe(400);
    }
  });
});
