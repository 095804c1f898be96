import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { signedIn, userIn } from './support/people.js';
import { event, openWorld, pointers, receiverIn, refusal } from './support/world.js';
import type { Got, Json, World } from './support/world.js';

describe('API keys', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const make = (body: Json, token?: string): Promise<Got> =>
    world.ask('POST', '/api/v1/api-keys', {
      ...{ body: { name: 'ci', roles: ['event_reporter'], ...body }, ...(token !== undefined && { token }) },
    });
  const secretOf = ({ json }: Got): string => String(json['key']);
  const pathOf = ({ json }: Got): string => `/api/v1/api-keys/${String(json['id'])}`;
  const post = async (token: string, receiver: string): Promise<number> =>
    (await world.ask('POST', '/api/v1/events', { token, body: event(receiver) })).status;
  const reads = async (token: string): Promise<number> => (await world.ask('GET', '/api/v1/events', { token })).status;

  it('narrowed to permissions open those alone', async () => {
    const receiver = await receiverIn(world);
    const key = await make({ permissions: ['event:create'] });
    expect([key.status, key.json['permissions']]).toEqual([201, ['event:create']]);
    expect([await post(secretOf(key), receiver), await reads(secretOf(key))]).toEqual([201, 403]);
    const me = await world.ask('GET', '/api/v1/auth/me', { token: secretOf(key) });
    expect(me.json).toEqual({
      ...{ id: key.json['id'], kind: 'api_key', roles: ['event_reporter'], permissions: ['event:create'] },
      ...{ event_receiver_ids: null, user_id: null, user: null },
    });
  });

  it('narrowed to receivers post to those alone, in a batch too', async () => {
    const [own, other] = [await receiverIn(world), await receiverIn(world)];
    const key = await make({ event_receiver_ids: [own] });
    expect(key.json['event_receiver_ids']).toEqual([own]);
    const token = secretOf(key);
    expect(await post(token, own)).toBe(201);
    const refused = await world.ask('POST', '/api/v1/events', { token, body: event(other) });
    expect(refusal(refused)).toMatchObject({ status: 403, code: 'RECEIVER_FORBIDDEN' });
    const batch = await world.ask('POST', '/api/v1/events/batch', {
      token,
      body: { events: [event(other), event(own)] },
    });
    expect((batch.json['results'] as Json[]).map(({ status }) => status)).toEqual([403, 201]);
  });

  it('are never wider than who makes them', async () => {
    const { access } = await signedIn(world, { roles: ['event_reporter'] });
    expect(pointers(await make({ roles: ['event_manager'] }, access))).toEqual(['/roles/0']);
    expect(pointers(await make({ roles: ['event_reporter', 'admin'] }, access))).toEqual(['/roles/1']);
    expect(pointers(await make({ permissions: ['group:delete'] }, access))).toEqual(['/permissions/0']);
    // A wide role is no wider once it is narrowed.
    expect((await make({ roles: ['event_manager'], permissions: ['event:create'] }, access)).status).toBe(201);
  });

  it('made with a narrowed key are as narrow', async () => {
    const { access } = await signedIn(world);
    const [own, other] = [await receiverIn(world), await receiverIn(world)];
    const narrow = await make(
      { permissions: ['event:create', 'api_key:create'], event_receiver_ids: [own], roles: ['event_manager'] },
      access,
    );
    const token = secretOf(narrow);
    expect(pointers(await make({}, token))).toEqual(['/event_receiver_ids', '/roles/0']);
    const rights = { permissions: ['event:create'] };
    expect(pointers(await make({ ...rights, event_receiver_ids: [other] }, token))).toEqual(['/event_receiver_ids/0']);
    expect((await make({ ...rights, event_receiver_ids: [own] }, token)).status).toBe(201);
  });

  it('are rotated by nobody who is narrower than they are', async () => {
    const { access } = await signedIn(world);
    const [own] = [await receiverIn(world)];
    const wide = await make({ roles: ['event_manager'] }, access);
    const narrow = await make({ permissions: ['event:create', 'api_key:create'], roles: ['event_manager'] }, access);
    const bound = await make({ roles: ['event_manager'], event_receiver_ids: [own] }, access);
    for (const token of [secretOf(narrow), secretOf(bound)]) {
      const got = await world.ask('POST', `${pathOf(wide)}/rotate`, { token, body: {} });
      expect(got.status).toBe(403);
      expect(got.text).not.toContain('xzepr_');
    }
    const manager = await make({ roles: ['admin'], permissions: ['api_key:manage'] });
    const all = await make({ roles: ['admin'] });
    const got = await world.ask('POST', `${pathOf(all)}/rotate`, { token: secretOf(manager), body: {} });
    expect(got.status).toBe(403);
    expect((await world.ask('POST', `${pathOf(narrow)}/rotate`, { token: secretOf(narrow), body: {} })).status).toBe(
      200,
    );
  });

  it('are rotated with an overlap, in which both open the same', async () => {
    const before = await make({});
    const after = await world.ask('POST', `${pathOf(before)}/rotate`, { body: { overlap_seconds: 60 } });
    expect([after.status, after.json['id']]).toEqual([200, before.json['id']]);
    expect(after.json['rotates_until']).not.toBeNull();
    expect(secretOf(after)).not.toBe(secretOf(before));
    expect([await reads(secretOf(before)), await reads(secretOf(after))]).toEqual([200, 200]);
    world.clock.step(61_000);
    expect([await reads(secretOf(before)), await reads(secretOf(after))]).toEqual([401, 200]);
  });

  it('are rotated without an overlap where they are known to others', async () => {
    const before = await make({});
    expect(await reads(secretOf(before))).toBe(200);
    const after = await world.ask('POST', `${pathOf(before)}/rotate`, { body: { overlap_seconds: 0 } });
    expect([await reads(secretOf(before)), await reads(secretOf(after))]).toEqual([401, 200]);
    for (const overlap of [-1, 2_592_001, 1.5, '60', null]) {
      const got = await world.ask('POST', `${pathOf(before)}/rotate`, { body: { overlap_seconds: overlap } });
      expect([overlap, ...pointers(got)]).toEqual([overlap, '/overlap_seconds']);
    }
  });

  it('that are revoked, have expired or do not exist are not rotated', async () => {
    const revoked = await make({});
    await world.ask('DELETE', pathOf(revoked));
    const short = await make({ expires_at: '2026-01-01T01:00:00Z' });
    expect(await reads(secretOf(short))).toBe(200);
    world.clock.step(3_600_000);
    expect(await reads(secretOf(short))).toBe(401);
    for (const path of [pathOf(revoked), pathOf(short), '/api/v1/api-keys/01KDVG00009999999999999999']) {
      expect((await world.ask('POST', `${path}/rotate`, { body: {} })).status).toBe(404);
    }
  });

  it('cannot expire before they begin, nor name what does not exist', async () => {
    const wrong = await make({ expires_at: '2025-12-31T23:59:59Z', roles: ['king'], permissions: ['event:crate'] });
    expect(pointers(wrong)).toEqual(['/expires_at', '/permissions/0', '/roles/0']);
    const absent = '01KDVG00009999999999999999';
    expect(refusal(await make({ event_receiver_ids: [absent] }))).toEqual({
      ...{ status: 422, code: 'RECEIVER_UNKNOWN', pointers: ['/event_receiver_ids/0'] },
    });
    expect(refusal(await make({ owner_id: absent }))).toEqual({
      ...{ status: 422, code: 'USER_UNKNOWN', pointers: ['/owner_id'] },
    });
    expect(pointers(await make({ permissions: [], event_receiver_ids: [] }))).toEqual([
      ...['/event_receiver_ids', '/permissions'],
    ]);
  });

  it('are one’s own to make, list and revoke, and an administrator’s to do so for all', async () => {
    const [ada, eve] = [await signedIn(world), await signedIn(world)];
    const key = await make({}, ada.access);
    expect(key.json).toMatchObject({ owner_id: ada.user['id'], created_by: ada.user['id'] });
    const listed = async (token: string): Promise<readonly unknown[]> =>
      ((await world.ask('GET', '/api/v1/api-keys', { token })).json['data'] as Json[]).map(({ id }) => id);
    expect([await listed(ada.access), await listed(eve.access)]).toEqual([[key.json['id']], []]);
    expect(await listed('token-of-admin')).toContain(key.json['id']);
    expect((await world.ask('DELETE', pathOf(key), { token: eve.access })).status).toBe(404);
    expect((await world.ask('POST', `${pathOf(key)}/rotate`, { token: eve.access, body: {} })).status).toBe(404);
    const others = await make({ owner_id: ada.user['id'] }, eve.access);
    expect([others.status, others.json['permission']]).toEqual([403, 'api_key:manage']);
    expect((await world.ask('DELETE', pathOf(key), { token: ada.access })).status).toBe(204);
    expect(await reads(secretOf(key))).toBe(401);
  });

  it('open no more than their owner may, and nothing while they are disabled', async () => {
    const owner = await userIn(world);
    const path = `/api/v1/users/${String(owner['id'])}`;
    const key = await make({ roles: ['admin'], owner_id: owner['id'] });
    const token = secretOf(key);
    expect((await world.ask('GET', '/api/v1/audit', { token })).status).toBe(403);
    expect(await reads(token)).toBe(200);
    await world.ask('PATCH', path, { body: { roles: ['user'] } });
    expect(await reads(token)).toBe(403);
    await world.ask('DELETE', path);
    expect(await reads(token)).toBe(401);
  });

  it('say when they were used last, and never what they are', async () => {
    const key = await make({});
    expect(key.json['last_used_at']).toBeNull();
    await reads(secretOf(key));
    const list = await world.ask('GET', '/api/v1/api-keys');
    const found = (list.json['data'] as Json[]).find(({ id }) => id === key.json['id']);
    expect(found?.['last_used_at']).toEqual(expect.any(String));
    expect(list.text).not.toContain(secretOf(key));
    expect(JSON.stringify(world.reports)).not.toContain('xzepr_');
  });
});
