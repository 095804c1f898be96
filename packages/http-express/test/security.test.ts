import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { signedIn } from './support/people.js';
import { event, openWorld, receiverIn } from './support/world.js';
import type { Got, World, WorldOptions } from './support/world.js';

const PAGE = 'https://board.example';
const OPTIONS: WorldOptions = { origins: [PAGE, 'http://localhost:5173'], publicUrl: 'https://xzepr.test' };

describe('pages of other origins', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(OPTIONS);
  });
  afterEach(() => world.close());

  const sharing = ({ headers }: Got): readonly string[] =>
    [...headers.keys()].filter((name) => name.startsWith('access-control-')).sort();
  const from = (origin: string, path = '/api/v1/receivers'): Promise<Got> =>
    world.ask('GET', path, { headers: { origin } });

  it('that are allowed may read answers, without credentials of the browser', async () => {
    const got = await from(PAGE);
    expect([got.status, got.headers.get('access-control-allow-origin')]).toEqual([200, PAGE]);
    expect(got.headers.get('vary')).toContain('Origin');
    expect(got.headers.get('access-control-allow-credentials')).toBeNull();
    const exposed = (got.headers.get('access-control-expose-headers') ?? '').split(',');
    expect(exposed).toEqual(expect.arrayContaining(['etag', 'location', 'ratelimit', 'retry-after', 'x-request-id']));
    expect((await from('http://localhost:5173')).headers.get('access-control-allow-origin')).toBe(
      'http://localhost:5173',
    );
  });

  it('that are allowed may ask beforehand, without a credential', async () => {
    const headers = {
      ...{ origin: PAGE, 'access-control-request-method': 'PATCH' },
      'access-control-request-headers': 'authorization,if-match,x-evil',
    };
    const got = await world.ask('OPTIONS', '/api/v1/groups', { as: 'nobody', headers });
    expect([got.status, got.headers.get('access-control-allow-origin')]).toEqual([204, PAGE]);
    expect(got.headers.get('access-control-allow-methods')).toBe('GET,HEAD,POST,PATCH,DELETE');
    const allowed = got.headers.get('access-control-allow-headers') ?? '';
    expect(allowed).toContain('if-match');
    expect(allowed).not.toContain('x-evil');
    expect(got.headers.get('access-control-max-age')).toBe('600');
    expect(got.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each([
    ['https://evil.example'],
    ['null'],
    ['https://board.example.evil.example'],
    ['https://evil-board.example'],
    ['http://board.example'],
    ['https://board.example:8443'],
    ['https://board.example/'],
    ['HTTPS://BOARD.EXAMPLE'],
    ['*'],
  ])('are not told anything when they are %s', async (origin) => {
    const got = await from(origin);
    expect([got.status, sharing(got)]).toEqual([200, []]);
    expect(got.headers.get('vary')).toContain('Origin');
    expect(JSON.stringify([...got.headers])).not.toContain('evil');
    const headers = { origin, 'access-control-request-method': 'GET' };
    const before = await world.ask('OPTIONS', '/api/v1/receivers', { as: 'nobody', headers });
    expect([before.status, sharing(before)]).toEqual([401, []]);
    expect(world.reports.filter(({ kind }) => kind === 'origin.refused')).toMatchObject([
      { target: origin, actor: undefined, origin: { address: '127.0.0.1' } },
      { target: origin },
    ]);
  });

  it('of this very server are no strangers', async () => {
    expect((await from('https://xzepr.test')).status).toBe(200);
    expect(world.reports).toEqual([]);
  });

  it('are none where nobody allowed any', async () => {
    const closed = await openWorld();
    const got = await closed.ask('GET', '/api/v1/receivers', { headers: { origin: PAGE } });
    await closed.close();
    expect(sharing(got)).toEqual([]);
  });
});

describe('what answers say to browsers', () => {
  it('is to come by TLS only where that is so', async () => {
    const [plain, secure] = [await openWorld(), await openWorld({ strictTransport: true })];
    const [without, with_] = [await plain.ask('GET', '/health'), await secure.ask('GET', '/health')];
    await Promise.all([plain.close(), secure.close()]);
    expect(without.headers.get('strict-transport-security')).toBeNull();
    expect(with_.headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it('is to run nothing, to sniff nothing and to be in no frame, also where something went wrong', async () => {
    const world = await openWorld();
    const answers = [
      await world.ask('GET', '/api/v1/receivers'),
      await world.ask('GET', '/api/v1/receivers', { as: 'nobody' }),
      await world.ask('GET', '/nowhere'),
      await world.ask('GET', '/%ff'),
      await world.ask('GET', '/api/v1/auth/oidc/acme/callback?state=x', { as: 'nobody' }),
    ];
    await world.close();
    for (const { path, headers } of answers) {
      expect([path, headers.get('content-security-policy')]).toEqual([
        path,
        "default-src 'none';frame-ancestors 'none'",
      ]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('/.well-known/jwks.json', () => {
  it('has the keys as they are now, for everyone, for a minute', async () => {
    const keys = [{ kid: 'one', kty: 'EC' }];
    const world = await openWorld({ jwks: () => ({ keys }) });
    const ask = (): Promise<Got> => world.ask('GET', '/.well-known/jwks.json', { as: 'nobody' });
    const got = await ask();
    keys.push({ kid: 'two', kty: 'EC' });
    const later = await ask();
    await world.close();
    expect([got.status, got.headers.get('content-type')]).toEqual([200, 'application/jwk-set+json']);
    expect(got.headers.get('cache-control')).toBe('public, max-age=60');
    expect(JSON.parse(got.text)).toEqual({ keys: [{ kid: 'one', kty: 'EC' }] });
    expect((JSON.parse(later.text) as { readonly keys: unknown[] }).keys).toHaveLength(2);
  });

  it('is not there where there are none', async () => {
    const world = await openWorld();
    expect((await world.ask('GET', '/.well-known/jwks.json')).status).toBe(404);
    await world.close();
  });
});

describe('whoever watches over security', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const last = (): World['reports'][number] | undefined => world.reports.at(-1);

  it('is told of credentials that open nothing, without them', async () => {
    await world.ask('GET', '/api/v1/events', { token: 'my.secret.token', headers: { 'x-request-id': 'r1' } });
    expect(last()).toEqual({
      ...{ kind: 'credential.refused', actor: undefined, target: 'unknown route' },
      ...{ origin: { address: '127.0.0.1', requestId: 'r1' }, detail: { code: 'UNAUTHENTICATED' } },
    });
    await world.ask('GET', '/api/v1/events', { as: 'nobody', headers: { 'x-api-key': 'my-secret-key' } });
    await world.ask('GET', '/api/v1/events', { as: 'nobody', headers: { authorization: 'Basic bXktc2VjcmV0LWtleQ' } });
    expect(JSON.stringify(world.reports)).not.toMatch(/my.secret|bXktc2/);
  });

  it('is told what who wanted to do', async () => {
    await world.ask('GET', '/api/v1/audit', { as: 'user' });
    expect(last()).toMatchObject({ kind: 'access.denied', actor: 'the-user', target: 'audit:read' });
  });

  it('is told of posts to receivers and groups that are for others', async () => {
    const [own, other] = [await receiverIn(world), await receiverIn(world)];
    const body = { name: 'k', roles: ['event_reporter'], event_receiver_ids: [own] };
    const key = await world.ask('POST', '/api/v1/api-keys', { body });
    await world.ask('POST', '/api/v1/events', { token: String(key.json['key']), body: event(other) });
    expect(last()).toMatchObject({
      kind: 'access.denied',
      actor: key.json['id'],
      detail: { code: 'RECEIVER_FORBIDDEN' },
    });
    const gate = {
      name: 'g',
      type: 't',
      version: '1',
      description: 'd',
      event_receiver_ids: [own],
      members_only: true,
    };
    await world.ask('POST', '/api/v1/groups', { body: gate });
    await world.ask('POST', '/api/v1/events', { as: 'event_reporter', body: event(own) });
    expect(last()).toMatchObject({
      kind: 'access.denied',
      actor: 'the-event_reporter',
      detail: { code: 'NOT_A_MEMBER' },
    });
  });

  it('is told of input that is refused by what was wrong and where, not by what it was', async () => {
    const receiver = await receiverIn(world);
    const { user } = await signedIn(world);
    const secret = 'payload-that-nobody-should-read';
    await world.ask('POST', '/api/v1/events', { body: event(receiver, { payload: { passed: secret } }) });
    expect(last()).toEqual({
      ...{ kind: 'input.refused', actor: 'the-admin', target: 'post /events', detail: { code: 'PAYLOAD_REFUSED' } },
      origin: { address: '127.0.0.1', requestId: expect.any(String) as unknown },
    });
    await world.ask('PATCH', `/api/v1/users/${String(user['id'])}`, { body: { password: secret, roles: [secret] } });
    expect(last()).toMatchObject({ target: 'patch /users/{id}', detail: { code: 'INVALID_INPUT' } });
    await world.ask('POST', '/api/v1/events', { body: `{"${secret}` });
    expect(last()).toMatchObject({ detail: { code: 'NOT_JSON' } });
    await world.ask('GET', `/api/v1/events?${secret}=${secret}`);
    expect(last()).toMatchObject({ target: 'get /events', detail: { code: 'INVALID_QUERY' } });
    await world.ask('GET', `/api/v1/users/${secret}`);
    expect(last()).toMatchObject({ target: 'get /users/{id}' });
    expect(JSON.stringify(world.reports)).not.toContain(secret);
  });

  it('does not take a stranger for somebody', async () => {
    await world.ask('POST', '/api/v1/auth/login', { as: 'nobody', body: {} });
    expect(last()).toMatchObject({ kind: 'input.refused', actor: undefined, target: 'post /auth/login' });
  });

  it('is not told of what is nobody’s fault', async () => {
    const before = world.reports.length;
    await world.ask('GET', '/api/v1/receivers');
    await world.ask('GET', '/api/v1/receivers/01KDVG00009999999999999999');
    await world.ask('PUT', '/api/v1/receivers');
    world.store.down = true;
    await world.ask('POST', '/api/v1/auth/login', { as: 'nobody', body: { username: 'a', password: 'b' } });
    world.store.down = false;
    expect(world.reports.slice(before).filter(({ kind }) => kind !== 'sign_in.failed')).toEqual([]);
  });
});
