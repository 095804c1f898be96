import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { event, openWorld, receiverIn, refusal } from './support/world.js';
import type { World } from './support/world.js';

describe('access', () => {
  let world: World;
  let receiver: string;
  beforeAll(async () => {
    world = await openWorld();
    receiver = await receiverIn(world);
  });
  afterAll(() => world.close());

  const with_ = (headers: Readonly<Record<string, string>>, path = '/api/v1/events'): ReturnType<World['ask']> =>
    world.ask('GET', path, { as: 'nobody', headers });

  it('is not given below /api/v1 without a credential, whatever is asked', async () => {
    for (const [method, path] of [
      ['GET', '/api/v1/events'],
      ['POST', '/api/v1/events'],
      ['PUT', '/api/v1/events'],
      ['OPTIONS', '/api/v1/events'],
      ['GET', '/api/v1/events/nonsense?x=1'],
      ['GET', '/api/v1/nowhere'],
      ['GET', '/api/v1'],
      ['GET', '/api/v1/'],
    ] as const) {
      const got = await world.ask(method, path, { as: 'nobody' });
      expect([path, got.status, got.json['code']]).toEqual([path, 401, 'UNAUTHENTICATED']);
      expect(got.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
    }
  });

  it('comes by Bearer in any case, or by X-API-Key', async () => {
    expect((await with_({ authorization: 'Bearer token-of-admin' })).status).toBe(200);
    expect((await with_({ authorization: 'bearer token-of-admin' })).status).toBe(200);
    expect((await with_({ 'x-api-key': 'token-of-admin' })).status).toBe(200);
  });

  it.each([
    [{ authorization: 'Bearer wrong' }],
    [{ authorization: 'Bearer ' }],
    [{ authorization: 'Bearer' }],
    [{ authorization: 'token-of-admin' }],
    [{ authorization: 'Basic dG9rZW4tb2YtYWRtaW46' }],
    [{ authorization: 'Bearer token-of-admin token-of-admin' }],
    [{ 'x-api-key': '' }],
    [{ 'x-api-key': 'wrong' }],
    [{ 'x-api-key': 'x'.repeat(5_000) }],
  ])('is not given to %j', async (headers) => {
    expect(refusal(await with_(headers))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it('is not denied, but put off, when the store cannot say who it is', async () => {
    world.store.down = true;
    const got = await with_({ authorization: 'Bearer token-that-needs-the-store' });
    world.store.down = false;
    expect(refusal(got)).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
    expect(got.headers.get('retry-after')).not.toBeNull();
  });

  it('names the permission that is missing', async () => {
    const got = await world.ask('POST', '/api/v1/events', { as: 'event_viewer', body: event(receiver) });
    expect(refusal(got)).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
    expect(got.json['detail']).toContain('event:create');
    const group = { name: 'n', type: 't', version: '1', description: 'd', event_receiver_ids: [receiver] };
    for (const [method, path, body, permission] of [
      ['GET', '/api/v1/events', undefined, 'event:read'],
      ['POST', '/api/v1/groups', group, 'group:create'],
      ['POST', '/api/v1/api-keys', { name: 'n', roles: ['admin'] }, 'api_key:manage'],
      ['GET', '/api/v1/api-keys', undefined, 'api_key:create'],
      ['POST', '/api/v1/users', { username: 'n', roles: ['user'] }, 'user:manage'],
      ['GET', '/api/v1/audit', undefined, 'audit:read'],
      ['DELETE', `/api/v1/receivers/${receiver}`, undefined, 'receiver:delete'],
    ] as const) {
      const denied = await world.ask(method, path, { as: 'user', body, headers: { 'if-match': '*' } });
      expect([path, denied.status]).toEqual([path, 403]);
      expect(denied.json['detail']).toContain(permission);
      expect(denied.json['permission']).toBe(permission);
    }
  });

  describe('by API keys', () => {
    const body = { name: 'ci', roles: ['event_reporter'], expires_at: '2999-01-01T02:00:00+02:00' };

    it('is given to who holds one that was made, until it is revoked', async () => {
      const made = await world.ask('POST', '/api/v1/api-keys', { body });
      expect(made.status).toBe(201);
      expect(made.json).toMatchObject({
        ...{ name: 'ci', roles: ['event_reporter'], created_by: 'the-admin', revoked_at: null },
        ...{ expires_at: '2999-01-01T00:00:00.000000Z', key: expect.stringMatching(/^xzepr_/) as unknown },
      });
      const headers = { 'x-api-key': String(made.json['key']) };
      const posted = await world.ask('POST', '/api/v1/events', { as: 'nobody', headers, body: event(receiver) });
      expect([posted.status, posted.json['created_by']]).toEqual([201, made.json['id']]);
      expect((await with_(headers, '/api/v1/audit')).status).toBe(403);
      expect((await with_(headers, '/api/v1/api-keys')).json['data']).toEqual([]);

      const listed = await world.ask('GET', '/api/v1/api-keys');
      expect(listed.json['data']).toContainEqual(expect.objectContaining({ id: made.json['id'], name: 'ci' }));
      expect(listed.text).not.toContain(made.json['key']);
      expect(listed.text).not.toContain('hash');

      const path = `/api/v1/api-keys/${String(made.json['id'])}`;
      expect((await world.ask('DELETE', path)).status).toBe(204);
      expect((await with_(headers)).status).toBe(401);
      expect((await world.ask('DELETE', path)).status).toBe(204);
    });

    it('is not given by keys that cannot be', async () => {
      const got = await world.ask('POST', '/api/v1/api-keys', {
        body: { name: '', roles: 'admin', expires_at: 'soon', key: 'mine' },
      });
      expect(refusal(got)).toEqual({
        ...{ status: 422, code: 'INVALID_INPUT', pointers: ['/expires_at', '/key', '/name', '/roles'] },
      });
      const wrong = { name: 'n', roles: ['king'], expires_at: '2001-01-01T00:00:00Z' };
      expect(refusal(await world.ask('POST', '/api/v1/api-keys', { body: wrong }))).toMatchObject({
        ...{ status: 422, pointers: ['/expires_at', '/roles/0'] },
      });
      expect((await world.ask('DELETE', '/api/v1/api-keys/01KDVG00009999999999999999')).status).toBe(404);
      expect((await world.ask('DELETE', '/api/v1/api-keys/x')).status).toBe(400);
    });
  });
});
