import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { signedIn, userIn } from './support/people.js';
import { event, groupIn, openWorld, receiverIn, refusal } from './support/world.js';
import type { Got, Json, World } from './support/world.js';

describe('members of a group', () => {
  let world: World;
  let receiver: string;
  let group: Json;
  let members: string;
  beforeEach(async () => {
    world = await openWorld();
    receiver = await receiverIn(world);
    group = await groupIn(world, [receiver], { members_only: true });
    members = `/api/v1/groups/${String(group['id'])}/members`;
  });
  afterEach(() => world.close());

  const add = (userId: unknown, token?: string): Promise<Got> =>
    world.ask('POST', members, { body: { user_id: userId }, ...(token !== undefined && { token }) });
  const post = (token: string): Promise<Got> => world.ask('POST', '/api/v1/events', { token, body: event(receiver) });

  it('are added once, listed and taken out', async () => {
    const [one, two] = [await userIn(world), await userIn(world)];
    const first = await add(two['id']);
    expect([first.status, first.json]).toEqual([
      201,
      { user_id: two['id'], added_by: 'the-admin', added_at: expect.any(String) as unknown },
    ]);
    expect((await add(two['id'])).status).toBe(200);
    expect((await add(one['id'])).status).toBe(201);
    const list = await world.ask('GET', members);
    expect((list.json['data'] as Json[]).map(({ user_id: id }) => id)).toEqual([one['id'], two['id']]);
    const page = await world.ask('GET', `${members}?limit=1`);
    const { next } = page.json['page'] as { readonly next: string };
    const rest = await world.ask('GET', `${members}?cursor=${next}`);
    expect((rest.json['data'] as Json[]).map(({ user_id: id }) => id)).toEqual([two['id']]);
    expect((await world.ask('DELETE', `${members}/${String(one['id'])}`)).status).toBe(204);
    expect((await world.ask('DELETE', `${members}/${String(one['id'])}`)).status).toBe(404);
  });

  it('may post to its receivers, and nobody else but owner and admins', async () => {
    const { access, user } = await signedIn(world, { roles: ['event_reporter'] });
    const refused = await post(access);
    expect([refused.status, refused.json['code'], refused.json['group_id']]).toEqual([
      ...[403, 'NOT_A_MEMBER', group['id']],
    ]);
    await add(user['id']);
    expect((await post(access)).status).toBe(201);
    const key = await world.ask('POST', '/api/v1/api-keys', {
      ...{ token: access, body: { name: 'ci', roles: ['event_reporter'] } },
    });
    expect((await post(String(key.json['key']))).status).toBe(201);
    await world.ask('DELETE', `${members}/${String(user['id'])}`);
    expect((await post(access)).status).toBe(403);
    expect((await post(String(key.json['key']))).status).toBe(403);
    expect((await post('token-of-event_manager')).status).toBe(403);
    expect((await post('token-of-admin')).status).toBe(201);
  });

  it('are told apart in a batch and in a stream', async () => {
    const open = await receiverIn(world);
    const body = { events: [event(receiver), event(open)] };
    const batch = await world.ask('POST', '/api/v1/events/batch', { as: 'event_reporter', body });
    const results = batch.json['results'] as { readonly status: number }[];
    expect(results.map(({ status }) => status)).toEqual([403, 201]);
    const stream = await world.ask('POST', '/api/v1/events/batch', {
      ...{ as: 'event_reporter', headers: { 'content-type': 'application/x-ndjson' } },
      body: body.events.map((one) => JSON.stringify(one)).join('\n'),
    });
    const lines = stream.text.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { readonly status: number }).status)).toEqual([403, 201]);
  });

  it('are changed by the owner, and by nobody else who may change groups', async () => {
    const [owner, stranger] = [await signedIn(world), await signedIn(world)];
    const made = await world.ask('POST', '/api/v1/groups', {
      token: owner.access,
      body: { name: 'mine', type: 't', version: '1', description: 'd', event_receiver_ids: [receiver] },
    });
    expect(made.json['owner_id']).toBe(owner.user['id']);
    const mine = `/api/v1/groups/${String(made.json['id'])}/members`;
    const body = { user_id: stranger.user['id'] };
    expect((await world.ask('POST', mine, { token: stranger.access, body })).json['code']).toBe('NOT_A_MEMBER');
    expect((await world.ask('POST', mine, { token: owner.access, body })).status).toBe(201);
    const path = `${mine}/${String(stranger.user['id'])}`;
    expect((await world.ask('DELETE', path, { token: stranger.access })).json['code']).toBe('NOT_A_MEMBER');
    expect((await world.ask('DELETE', path, { token: owner.access })).status).toBe(204);
    expect((await world.ask('POST', mine, { as: 'event_viewer', body })).json['permission']).toBe('group:update');
  });

  it('are not got round by changing the group: that is for its owner and administrators', async () => {
    const path = `/api/v1/groups/${String(group['id'])}`;
    const headers = { 'if-match': '*' };
    for (const body of [{ members_only: false }, { event_receiver_ids: [await receiverIn(world)] }]) {
      const got = await world.ask('PATCH', path, { as: 'event_manager', headers, body });
      expect([got.status, got.json['code'], got.json['group_id']]).toEqual([403, 'NOT_A_MEMBER', group['id']]);
    }
    const gone = await world.ask('DELETE', path, { as: 'event_manager', headers });
    expect([gone.status, gone.json['code']]).toEqual([403, 'NOT_A_MEMBER']);
    const open = await groupIn(world, [receiver]);
    const closing = await world.ask('PATCH', `/api/v1/groups/${String(open['id'])}`, {
      ...{ as: 'event_manager', headers, body: { members_only: true } },
    });
    expect([closing.status, closing.json['code']]).toEqual([403, 'NOT_A_MEMBER']);
    expect((await world.ask('PATCH', path, { headers, body: { members_only: false } })).status).toBe(200);
    expect((await world.ask('DELETE', path, { as: 'event_manager', headers })).status).toBe(204);
  });

  it('must exist, as must the group', async () => {
    expect(refusal(await add('01KDVG00009999999999999999'))).toEqual({
      ...{ status: 422, code: 'USER_UNKNOWN', pointers: ['/user_id'] },
    });
    expect(refusal(await add('nonsense'))).toMatchObject({ status: 422, pointers: ['/user_id'] });
    expect(refusal(await add(undefined))).toMatchObject({ status: 422, pointers: ['/user_id'] });
    const nowhere = '/api/v1/groups/01KDVG00009999999999999999/members';
    expect((await world.ask('GET', nowhere)).status).toBe(404);
    const user = await userIn(world);
    expect((await world.ask('POST', nowhere, { body: { user_id: user['id'] } })).status).toBe(404);
    expect((await world.ask('DELETE', `${members}/nonsense`)).status).toBe(400);
  });
});
