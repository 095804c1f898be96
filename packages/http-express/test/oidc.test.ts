import { IdentityProviderRefusedError, IdentityProviderUnavailableError } from '@xzepr/core';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ADA } from './support/fake-provider.js';
import { opens, pairOf, refreshIn, signIn, userIn } from './support/people.js';
import { openWorld, refusal } from './support/world.js';
import type { Got, Json, World, WorldOptions } from './support/world.js';

const LOGIN = '/api/v1/auth/oidc/acme/login';
const CALLBACK = '/api/v1/auth/oidc/acme/callback';

describe('signing in through a provider', () => {
  let world: World;
  let worlds: World[];
  const open = async (options?: WorldOptions): Promise<World> => {
    const opened = await openWorld(options);
    worlds.push(opened);
    return opened;
  };
  beforeEach(async () => {
    worlds = [];
    world = await open();
  });
  afterEach(() => Promise.all(worlds.map((one) => one.close())));

  interface Trip {
    readonly state: string;
    readonly cookie: string;
  }

  async function begin(query = ''): Promise<Trip> {
    const got = await world.ask('GET', LOGIN + query, { as: 'nobody' });
    if (got.status !== 303) throw new Error(got.text);
    return {
      state: new URL(got.headers.get('location') ?? '').searchParams.get('state') ?? '',
      cookie: (got.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
    };
  }
  const come = (query: string, cookie?: string, path = CALLBACK): Promise<Got> =>
    world.ask('GET', `${path}?${query}`, { as: 'nobody', ...(cookie !== undefined && { headers: { cookie } }) });
  const back = ({ state, cookie }: Trip, query = 'code=c'): Promise<Got> => come(`state=${state}&${query}`, cookie);

  it('sends the browser to the provider, with a cookie that only the callback gets and no script reads', async () => {
    const got = await world.ask('GET', LOGIN, { as: 'nobody' });
    expect([got.status, got.headers.get('cache-control')]).toEqual([303, 'no-store']);
    const url = new URL(got.headers.get('location') ?? '');
    expect(url.origin).toBe('https://acme.example');
    expect(url.searchParams.get('redirect_uri')).toBe(`http://xzepr.test${CALLBACK}`);
    const attributes = (got.headers.get('set-cookie') ?? '').split('; ');
    expect(attributes).toEqual([
      expect.stringMatching(/^xzepr_trip=[\w-]{43}$/),
      ...[`Path=${CALLBACK}`, 'Max-Age=600', 'HttpOnly', 'SameSite=Lax'],
    ]);
    expect(url.searchParams.get('state')).not.toBe(attributes[0]?.split('=')[1]);
  });

  it('has a cookie for TLS alone where the server is reached by it', async () => {
    const secure = await open({ publicUrl: 'https://xzepr.test' });
    const got = await secure.ask('GET', LOGIN, { as: 'nobody' });
    expect((got.headers.get('set-cookie') ?? '').split('; ')).toContain('Secure');
  });

  it('comes back to where the server says it is, whatever Host says', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const got = await world.ask('GET', LOGIN, { as: 'nobody', headers });
    expect(got.headers.get('location')).not.toContain('evil');
  });

  it('gives tokens for who the provider vouches for, and takes the cookie away', async () => {
    const got = await back(await begin());
    expect([got.status, got.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(got.headers.get('set-cookie')).toMatch(/^xzepr_trip=; .*Max-Age=0;/);
    const { json } = await world.ask('GET', '/api/v1/auth/me', { token: pairOf(got).access });
    expect(json['roles']).toEqual(['event_viewer']);
    expect(json['user']).toMatchObject({
      ...{ username: 'ada', display_name: 'Ada', email: 'ada@acme.example', roles_set_here: false },
      created_by: 'provider:acme',
    });
    expect((await refreshIn(world, pairOf(got).refresh)).status).toBe(200);
  });

  it('goes on to where it was begun, with a refresh token where no server sees it', async () => {
    const got = await back(await begin('?return_to=%2Fboard%3Fgate%3D1%23there'));
    expect(got.status).toBe(303);
    const [path, fragment = ''] = (got.headers.get('location') ?? '').split('#');
    expect(path).toBe('/board?gate=1');
    const token = new URLSearchParams(fragment).get('refresh_token') ?? '';
    expect((await refreshIn(world, token)).status).toBe(200);
    expect((await refreshIn(world, token)).status).toBe(401);
  });

  it.each([
    ['https://evil.example/'],
    ['//evil.example'],
    ['/\\evil.example'],
    ['\\\\evil.example'],
    ['/\t/evil.example'],
    ['/\n/evil.example'],
    ['javascript:alert(1)'],
    ['evil.example'],
    [' /board'],
    ['/board\r\nset-cookie: a=b'],
    ['/bo\u0000ard'],
    ['/b\u00f6ard'],
  ])('never goes on to %j', async (to) => {
    const got = await world.ask('GET', `${LOGIN}?return_to=${encodeURIComponent(to)}`, { as: 'nobody' });
    expect(refusal(got)).toEqual({ status: 400, code: 'INVALID_QUERY', pointers: ['/return_to'] });
    expect(got.headers.get('set-cookie')).toBeNull();
  });

  it('is good once', async () => {
    const trip = await begin();
    expect((await back(trip)).status).toBe(200);
    expect(refusal(await back(trip))).toMatchObject({ status: 401, code: 'SIGN_IN_REFUSED' });
    expect(world.provider.came).toHaveLength(1);
  });

  it('is good once for two who come back at the same time', async () => {
    const trip = await begin();
    const answers = await Promise.all([1, 2, 3].map(() => back(trip)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  it('is good for ten minutes', async () => {
    const trip = await begin();
    world.clock.step(10 * 60_000);
    expect((await back(trip)).status).toBe(401);
  });

  it('is good for the browser that began it alone', async () => {
    const [mine, other] = [await begin(), await begin()];
    expect((await come(`state=${mine.state}&code=c`, other.cookie)).status).toBe(401);
    expect((await come(`state=${other.state}&code=c`)).status).toBe(401);
    const third = await begin();
    expect((await come(`state=${third.state}&code=c`, `${third.cookie}; ${mine.cookie}`)).status).toBe(401);
    expect(world.provider.came).toEqual([]);
    // Nor is it good any more for the one who did: whoever had the state may have had more.
    expect((await back(mine)).status).toBe(401);
    const failed = world.reports.filter(({ kind }) => kind === 'sign_in.failed');
    expect(failed).toHaveLength(4);
    expect(failed[0]).toMatchObject({ target: 'acme', origin: { address: '127.0.0.1' } });
  });

  it('cannot be come back from without a state, or with two', async () => {
    const { state, cookie } = await begin();
    expect((await come('code=c', cookie)).status).toBe(401);
    expect((await come(`state=${state}&state=${state}&code=c`, cookie)).status).toBe(400);
  });

  it('shows what the provider refuses as a problem, and tells whoever watches', async () => {
    world.provider.person = new IdentityProviderRefusedError('acme says no: access_denied');
    const got = await back(await begin(), 'error=access_denied&error_description=%3Cscript%3E');
    expect(refusal(got)).toMatchObject({ status: 401, code: 'IDENTITY_PROVIDER_REFUSED' });
    expect(got.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(got.text).not.toContain('<script>');
    expect(world.reports.at(-1)).toMatchObject({ kind: 'sign_in.failed', target: 'acme' });
  });

  it('is put off while the provider does not answer, at either end', async () => {
    const trip = await begin();
    world.provider.person = new IdentityProviderUnavailableError();
    const late = await back(trip);
    expect([late.status, late.json['code'], late.headers.get('retry-after')]).toEqual([
      ...[503, 'IDENTITY_PROVIDER_UNAVAILABLE', '5'],
    ]);
    world.provider.down = new IdentityProviderUnavailableError();
    const never = await world.ask('GET', LOGIN, { as: 'nobody' });
    expect([never.status, never.headers.get('set-cookie')]).toEqual([503, null]);
  });

  it('takes whatever else a provider sends back (RFC 6749, 4.1.2)', async () => {
    const got = await back(await begin(), 'code=c&iss=https%3A%2F%2Facme.example&client_info=x&session_state=y');
    expect(got.status).toBe(200);
    expect(world.provider.came[0]).toContain('client_info=x');
  });

  it('is refused when nothing that the provider says gives a role', async () => {
    world.provider.person = { ...ADA, roles: [] };
    expect(refusal(await back(await begin()))).toMatchObject({ status: 401, code: 'SIGN_IN_REFUSED' });
    expect((await world.ask('GET', '/api/v1/users')).json['data']).toEqual([]);
  });

  it('never gives away an account that is here, and keeps the roles that were set here', async () => {
    const owner = await userIn(world, { username: 'Ada' });
    const got = await back(await begin());
    const me = await world.ask('GET', '/api/v1/auth/me', { token: pairOf(got).access });
    const user = me.json['user'] as Json;
    expect(user['id']).not.toBe(owner['id']);
    await world.ask('PATCH', `/api/v1/users/${String(user['id'])}`, { body: { roles: ['event_manager'] } });
    world.provider.person = { ...ADA, roles: ['admin'] };
    const again = await back(await begin());
    const now = await world.ask('GET', '/api/v1/auth/me', { token: pairOf(again).access });
    expect([now.json['roles'], now.json['user_id']]).toEqual([['event_manager'], user['id']]);
    expect((await signIn(world, user['username'], '')).status).toBe(401);
  });

  it('does not let in who is disabled here', async () => {
    const got = await back(await begin());
    const me = await world.ask('GET', '/api/v1/auth/me', { token: pairOf(got).access });
    await world.ask('DELETE', `/api/v1/users/${String(me.json['user_id'])}`);
    expect(await opens(world, pairOf(got).access)).toBe(false);
    expect(refusal(await back(await begin()))).toMatchObject({ status: 401, code: 'SIGN_IN_REFUSED' });
  });

  it('has no provider but those that are set up, and none where nobody said where the server is', async () => {
    for (const path of ['/api/v1/auth/oidc/other/login', '/api/v1/auth/oidc/..%2f/login']) {
      expect([path, (await world.ask('GET', path, { as: 'nobody' })).status]).toEqual([path, 404]);
    }
    expect((await come('state=s&code=c', undefined, '/api/v1/auth/oidc/other/callback')).status).toBe(404);
    const nowhere = await open({ publicUrl: null });
    expect((await nowhere.ask('GET', LOGIN, { as: 'nobody' })).status).toBe(400);
  });

  it('tells nobody the state, the cookie or the code', async () => {
    const trip = await begin();
    await come(`state=${trip.state}&code=the-secret-code`, 'xzepr_trip=wrong');
    await come(`state=${trip.state}&code=the-secret-code`, trip.cookie);
    const told = JSON.stringify(world.reports);
    for (const secret of [trip.state, trip.cookie.split('=')[1] ?? '', 'the-secret-code']) {
      expect(told).not.toContain(secret);
    }
  });
});
