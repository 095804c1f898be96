import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { PASSWORD, opens, pairOf, refreshIn, signIn, signedIn, userIn } from './support/people.js';
import { openWorld, refusal } from './support/world.js';
import type { Got, World } from './support/world.js';

describe('signing in', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  it('gives a pair of tokens, to be kept by nobody on the way', async () => {
    const user = await userIn(world);
    const got = await signIn(world, user['username']);
    expect([got.status, got.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(got.json).toEqual({
      ...{ access_token: expect.any(String) as unknown, refresh_token: expect.any(String) as unknown },
      ...{ token_type: 'Bearer', expires_in: 900 },
    });
    const { access } = pairOf(got);
    const { status, json } = await world.ask('GET', '/api/v1/auth/me', { token: access });
    expect([status, json['kind'], json['id'], json['user_id']]).toEqual([200, 'user', user['id'], user['id']]);
    expect(json['user']).toEqual(user);
    expect(json['permissions']).toContain('receiver:create');
    expect(json['permissions']).not.toContain('user:manage');
  });

  it('takes the username in any case', async () => {
    await userIn(world, { username: 'Grace' });
    expect((await signIn(world, 'gRACE')).status).toBe(200);
  });

  it('says the same for an unknown user, a wrong password, a disabled account and one without a password', async () => {
    const [known, disabled, keyless] = await Promise.all([
      userIn(world),
      userIn(world),
      userIn(world, { password: undefined }),
    ]);
    await world.ask('DELETE', `/api/v1/users/${String(disabled['id'])}`);
    const answers = [
      await signIn(world, 'nobody-at-all'),
      await signIn(world, known['username'], 'wrong'),
      await signIn(world, disabled['username']),
      await signIn(world, keyless['username']),
      await signIn(world, keyless['username'], ''),
      await signIn(world, '', ''),
      await signIn(world, `${String(known['username'])}\0`, PASSWORD),
      await signIn(world, 'x'.repeat(4_096), 'x'.repeat(4_096)),
    ];
    const said = answers.map(({ status, json }) => {
      const { instance: _, ...rest } = json;
      return JSON.stringify({ status, rest });
    });
    expect(new Set(said).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, json: { code: 'SIGN_IN_REFUSED' } });
    expect(answers[0]?.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
  });

  it('is refused, field by field, to what cannot be read', async () => {
    expect(refusal(await signIn(world, 1, null))).toEqual({
      ...{ status: 422, code: 'INVALID_INPUT', pointers: ['/password', '/username'] },
    });
    const torn = await signIn(world, '\ud800', '\udfff');
    expect(refusal(torn)).toMatchObject({ status: 422, pointers: ['/password', '/username'] });
    const long = await signIn(world, 'x', 'p'.repeat(5_000));
    expect(refusal(long)).toMatchObject({ status: 422, pointers: ['/password'] });
    expect(long.text).not.toContain('ppp');
    const form = {
      as: 'nobody',
      body: 'a=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    } as const;
    expect((await world.ask('POST', '/api/v1/auth/login', form)).status).toBe(415);
    expect((await world.ask('GET', '/api/v1/auth/login', { as: 'nobody' })).headers.get('allow')).toContain('POST');
    const extra = { as: 'nobody', body: { username: 'a', password: 'b', roles: ['admin'] } } as const;
    expect(refusal(await world.ask('POST', '/api/v1/auth/login', extra))).toMatchObject({ pointers: ['/roles'] });
    const inQuery = await world.ask('POST', '/api/v1/auth/login?password=x', { as: 'nobody', body: {} });
    expect(inQuery.status).toBe(400);
  });

  it('is put off when the store cannot answer', async () => {
    const user = await userIn(world);
    world.store.down = true;
    const got = await signIn(world, user['username']);
    world.store.down = false;
    expect([got.status, got.headers.get('retry-after')]).toEqual([503, '2']);
  });

  it('leaves neither password nor token in what is told of it', async () => {
    const { access, refresh, user } = await signedIn(world);
    await signIn(world, user['username'], 'a wrong password of mine');
    await signIn(world, 'my-secret-in-the-wrong-field', 'x');
    await refreshIn(world, refresh);
    await refreshIn(world, refresh);
    await opens(world, `${access}x`);
    const told = JSON.stringify(world.reports);
    for (const secret of [access, refresh, PASSWORD, 'a wrong password of mine', 'my-secret-in-the-wrong-field']) {
      expect(told).not.toContain(secret);
    }
    const kinds = world.reports.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['sign_in.succeeded', 'sign_in.failed', 'token.reused']));
    for (const { kind, origin } of world.reports.filter(({ kind: one }) => one.startsWith('sign_in.'))) {
      expect([kind, origin]).toEqual([kind, { address: '127.0.0.1', requestId: expect.any(String) as unknown }]);
    }
  });
});

describe('a refresh token', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  it('is good once, for the pair that follows', async () => {
    const { refresh } = await signedIn(world);
    const second = await refreshIn(world, refresh);
    expect([second.status, second.json['token_type']]).toEqual([200, 'Bearer']);
    expect(pairOf(second).refresh).not.toBe(refresh);
    expect(await opens(world, pairOf(second).access)).toBe(true);
    expect((await refreshIn(world, pairOf(second).refresh)).status).toBe(200);
  });

  it('that comes back ends everything that came of it', async () => {
    const { access, refresh } = await signedIn(world);
    const second = pairOf(await refreshIn(world, refresh));
    expect(refusal(await refreshIn(world, refresh))).toMatchObject({ status: 401, code: 'SIGN_IN_REFUSED' });
    expect([await opens(world, access), await opens(world, second.access)]).toEqual([false, false]);
    expect((await refreshIn(world, second.refresh)).status).toBe(401);
  });

  it('gives one pair to two who bring it at once', async () => {
    const { refresh } = await signedIn(world);
    const answers = await Promise.all([1, 2, 3].map(() => refreshIn(world, refresh)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  it('is no access token, and an access token is no refresh token', async () => {
    const { access, refresh } = await signedIn(world);
    expect(await opens(world, refresh)).toBe(false);
    expect(
      (await world.ask('GET', '/api/v1/auth/me', { as: 'nobody', headers: { 'x-api-key': refresh } })).status,
    ).toBe(401);
    expect((await refreshIn(world, access)).status).toBe(401);
  });

  it('opens nothing once it has expired', async () => {
    const { access, refresh } = await signedIn(world);
    world.clock.step(16 * 60_000);
    expect(await opens(world, access)).toBe(false);
    world.clock.step(7 * 24 * 60 * 60_000);
    expect((await refreshIn(world, refresh)).status).toBe(401);
  });
});

describe('signing out', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  it('ends the session of the token that is shown, at once, and no other', async () => {
    const { access, refresh, user } = await signedIn(world);
    const other = pairOf(await signIn(world, user['username']));
    expect((await world.ask('POST', '/api/v1/auth/logout', { token: access })).status).toBe(204);
    expect([await opens(world, access), await opens(world, other.access)]).toEqual([false, true]);
    expect((await refreshIn(world, refresh)).status).toBe(401);
    expect((await world.ask('POST', '/api/v1/auth/logout', { token: access })).status).toBe(401);
  });

  it('takes a credential', async () => {
    expect((await world.ask('POST', '/api/v1/auth/logout', { as: 'nobody' })).status).toBe(401);
  });
});

describe('changing a password', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const change = (token: string, before: unknown, after: unknown): Promise<Got> =>
    world.ask('POST', '/api/v1/auth/password', { token, body: { current_password: before, new_password: after } });

  it('is for who knows the one before, and ends the other sessions', async () => {
    const { access, user } = await signedIn(world);
    const other = pairOf(await signIn(world, user['username']));
    expect((await change(access, PASSWORD, 'another horse entirely')).status).toBe(204);
    expect([await opens(world, access), await opens(world, other.access)]).toEqual([true, false]);
    expect((await signIn(world, user['username'])).status).toBe(401);
    expect((await signIn(world, user['username'], 'another horse entirely')).status).toBe(200);
  });

  it('is refused to who does not know the one before, and to keys', async () => {
    const { access, user } = await signedIn(world);
    expect(refusal(await change(access, 'guessed', 'another horse entirely'))).toMatchObject({
      ...{ status: 401, code: 'SIGN_IN_REFUSED' },
    });
    expect((await signIn(world, user['username'])).status).toBe(200);
    const made = await world.ask('POST', '/api/v1/api-keys', {
      ...{ token: access, body: { name: 'mine', roles: ['event_reporter'] } },
    });
    expect((await change(String(made.json['key']), PASSWORD, 'another horse entirely')).status).toBe(401);
  });

  it.each([['short'], ['iloveyou'], ['x'.repeat(260)], ['so person-one has it'], ['\ud800 lonely surrogates']])(
    'is refused to the weak password %j',
    async (weak) => {
      const { access } = await signedIn(world, { username: 'person-one' });
      expect(refusal(await change(access, PASSWORD, weak))).toEqual({
        ...{ status: 422, code: 'INVALID_INPUT', pointers: ['/new_password'] },
      });
    },
  );
});
