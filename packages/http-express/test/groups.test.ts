import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { event, groupIn, openWorld, receiverIn, refusal } from './support/world.js';
import type { Json, World } from './support/world.js';

const ABSENT = '01KDVG00009999999999999999';
const SUBJECT = 'name=payments&version=2.4.1&release=20261123.7&platform_id=linux-amd64&package=oci';

describe('groups and their gates', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  const make = (more: Json): ReturnType<World['ask']> =>
    world.ask('POST', '/api/v1/groups', {
      body: { name: 'n', type: 't', version: '1', description: 'd', ...more },
    });

  it('answers a new group with its place and its tag, and the defaults', async () => {
    const receivers = [await receiverIn(world), await receiverIn(world)].reverse();
    const made = await make({ name: 'new', event_receiver_ids: receivers });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/v1/groups/${String(made.json['id'])}`);
    expect(made.headers.get('etag')).toBe('"1"');
    expect(made.json).toMatchObject({ event_receiver_ids: receivers, policy: 'latest', enabled: true });
    expect((await world.ask('GET', made.headers.get('location') ?? '')).json['event_receiver_ids']).toEqual(receivers);
  });

  it('names each receiver that is unknown, given twice or no id', async () => {
    const known = await receiverIn(world);
    expect(refusal(await make({ event_receiver_ids: [ABSENT, known, ABSENT.replace('9', '8')] }))).toEqual({
      ...{ status: 422, code: 'RECEIVER_UNKNOWN', pointers: ['/event_receiver_ids/0', '/event_receiver_ids/2'] },
    });
    expect(refusal(await make({ event_receiver_ids: [known, known] }))).toMatchObject({
      ...{ status: 422, pointers: ['/event_receiver_ids/1'] },
    });
    expect(refusal(await make({ event_receiver_ids: ['x'], policy: 'best', enabled: 1 }))).toMatchObject({
      ...{ status: 422, pointers: expect.arrayContaining(['/enabled', '/policy']) as unknown },
    });
    expect(refusal(await make({ event_receiver_ids: ['x'] }))).toMatchObject({
      ...{ status: 422, pointers: ['/event_receiver_ids/0'] },
    });
    for (const bad of [[], 'x', null, Array.from({ length: 101 }, () => known)]) {
      expect(refusal(await make({ event_receiver_ids: bad }))).toMatchObject({
        ...{ status: 422, pointers: ['/event_receiver_ids'] },
      });
    }
  });

  it('names the one that is there when name, type and version are taken', async () => {
    const ids = [await receiverIn(world)];
    const first = await make({ name: 'taken', event_receiver_ids: ids });
    const second = await make({ name: 'taken', event_receiver_ids: ids });
    expect(second.json).toMatchObject({ status: 409, code: 'GROUP_EXISTS', existing_id: first.json['id'] });
  });

  it('changes, lists, remembers and deletes', async () => {
    const [one, two] = [await receiverIn(world), await receiverIn(world)];
    const group = await groupIn(world, [one]);
    const path = `/api/v1/groups/${String(group['id'])}`;
    const body = { event_receiver_ids: [two, one], policy: 'any' };
    expect((await world.ask('PATCH', path, { body })).status).toBe(428);
    expect((await world.ask('PATCH', path, { body, headers: { 'if-match': '"2"' } })).status).toBe(412);
    const changed = await world.ask('PATCH', path, { body, headers: { 'if-match': '"1"' } });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect(changed.json).toMatchObject({ event_receiver_ids: [two, one], policy: 'any', resource_version: 2 });
    const listed = await world.ask('GET', `/api/v1/groups?event_receiver_id=${two}&enabled=true`);
    expect(listed.json['data']).toMatchObject([{ id: group['id'] }]);
    const revisions = await world.ask('GET', `${path}/revisions`);
    expect(revisions.json['data']).toMatchObject([{ policy: 'latest' }, { policy: 'any', changed_by: 'the-admin' }]);
    expect((await world.ask('DELETE', path, { headers: { 'if-match': '"1"' } })).status).toBe(412);
    expect((await world.ask('DELETE', path, { headers: { 'if-match': '"2"' } })).status).toBe(204);
    expect((await world.ask('GET', path)).status).toBe(404);
  });

  it('tells whether a subject is through, and which edges that had', async () => {
    const id = await receiverIn(world);
    const group = await groupIn(world, [id]);
    await world.registry.reconcile();
    const path = `/api/v1/groups/${String(group['id'])}`;
    const unseen = await world.ask('GET', `${path}/verdict?${SUBJECT.replace('payments', 'nobody')}`);
    expect(unseen.json).toMatchObject({
      ...{ state: 'incomplete', generation: 0, since: null },
      receivers: [{ id, outcome: 'missing', event_id: null, at: null }],
    });
    const posted = await world.ask('POST', '/api/v1/events', { body: event(id) });
    expect(posted.json['transitions']).toEqual([{ group_id: group['id'], state: 'completed', generation: 1 }]);
    const verdict = await world.ask('GET', `${path}/verdict?${SUBJECT}`);
    expect(verdict.json).toMatchObject({
      ...{ state: 'complete', generation: 1, policy: 'latest', group: { id: group['id'], resource_version: 1 } },
      subject: { name: 'payments', platform_id: 'linux-amd64', package: 'oci' },
      receivers: [{ id, outcome: 'passing', event_id: posted.json['id'] }],
    });
    await world.ask('POST', '/api/v1/events', { body: event(id, { success: false }) });
    const edges = await world.ask('GET', `${path}/transitions?name=payments`);
    expect(edges.json['data']).toMatchObject([
      { state: 'reopened', generation: 2, group_id: group['id'], cause: { kind: 'event' } },
      { state: 'completed', generation: 1, cause: { kind: 'event', event_id: posted.json['id'] } },
    ]);
    const board = await world.ask('GET', `${path}/subjects?state=incomplete`);
    expect(board.json['data']).toMatchObject([{ subject: { name: 'payments' }, state: 'incomplete', generation: 2 }]);
    expect((await world.ask('GET', `${path}/subjects?state=complete`)).json['data']).toEqual([]);
    const verdicts = await world.ask('GET', `/api/v1/verdicts?${SUBJECT}`);
    expect(verdicts.json['data']).toContainEqual(expect.objectContaining({ state: 'incomplete', generation: 2 }));
    const timeline = await world.ask('GET', `/api/v1/timeline?${SUBJECT}`);
    const kinds = (timeline.json['data'] as readonly { readonly kind: string }[]).map(({ kind }) => kind);
    expect(kinds).toEqual(['event', 'transition', 'event', 'transition']);
  });

  it('wants the whole subject for a verdict, and names what is missing', async () => {
    const group = await groupIn(world, [await receiverIn(world)]);
    const path = `/api/v1/groups/${String(group['id'])}/verdict`;
    expect(refusal(await world.ask('GET', `${path}?name=a&version=%20`))).toMatchObject({ status: 400 });
    expect(refusal(await world.ask('GET', `${path}?name=a`))).toEqual({
      ...{ status: 400, code: 'INVALID_QUERY' },
      pointers: ['/package', '/platform_id', '/release', '/version'],
    });
  });

  it('answers 404 for gates that are not there', async () => {
    for (const path of [`verdict?${SUBJECT}`, 'subjects', 'transitions', 'revisions']) {
      expect((await world.ask('GET', `/api/v1/groups/${ABSENT}/${path}`)).status).toBe(404);
    }
  });
});
