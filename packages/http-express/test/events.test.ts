import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { event, openWorld, receiverIn, refusal } from './support/world.js';
import type { World } from './support/world.js';

const ABSENT = '01KDVG00009999999999999999';

/** An event as text, so that the payload goes out as it is written here. */
function eventText(receiverId: string, payload: string): string {
  const { payload: _, ...rest } = event(receiverId);
  return `${JSON.stringify(rest).slice(0, -1)},"payload":${payload}}`;
}

describe('events', () => {
  let world: World;
  let receiver: string;
  beforeAll(async () => {
    world = await openWorld();
    receiver = await receiverIn(world, true);
  });
  afterAll(() => world.close());

  const post = (body: unknown, headers = {}): ReturnType<World['ask']> =>
    world.ask('POST', '/api/v1/events', { body, headers });

  it('answers the event that was recorded', async () => {
    const made = await post(event(receiver));
    expect(made.status).toBe(201);
    const id = String(made.json['id']);
    expect(made.headers.get('location')).toBe(`/api/v1/events/${id}`);
    expect(made.headers.get('etag')).toBe(`"${id}"`);
    expect(made.json).toMatchObject({
      ...event(receiver),
      ...{ receiver_version: 1, created_by: 'the-admin', transitions: [] },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as unknown,
    });
    const read = await world.ask('GET', `/api/v1/events/${id}`);
    expect(read.text).toBe(made.text);
    expect(read.headers.get('cache-control')).toMatch(/immutable/);
  });

  it.each([
    ['numbers', '{"a":1.0,"b":12345678901234567890,"c":1e2,"d":-0,"e":0.10}'],
    ['order and white space', '{ "z" : 1 ,\n\t"a":[ 1 , 2 ] }'],
    ['escapes', '"\\u0041\\/\\u0000\\ud83d\\ude00é😀"'],
    ['names that are special elsewhere', '{"__proto__":{"x":1},"constructor":1,"toString":null}'],
    ['null', 'null'],
    ['false', 'false'],
    ['nothing but a number', '1.50'],
  ])('keeps and gives back the very text of %s', async (_, payload) => {
    const made = await post(eventText(receiver, payload));
    expect(made.status).toBe(201);
    expect(made.text).toContain(`"payload":${payload},`);
    const read = await world.ask('GET', `/api/v1/events/${String(made.json['id'])}/payload`);
    expect([read.status, read.text]).toEqual([200, payload]);
    expect(read.headers.get('content-type')).toMatch(/^application\/json/);
    const listed = await world.ask('GET', '/api/v1/events?limit=1');
    expect(listed.text).toContain(`"payload":${payload},`);
  });

  it('answers 304 to who has it already', async () => {
    const { json } = await post(event(receiver));
    const path = `/api/v1/events/${String(json['id'])}`;
    for (const tag of [`"${String(json['id'])}"`, `W/"${String(json['id'])}"`, `"x", "${String(json['id'])}"`, '*']) {
      const got = await world.ask('GET', path, { headers: { 'if-none-match': tag } });
      expect([tag, got.status, got.text]).toEqual([tag, 304, '']);
    }
    expect((await world.ask('GET', path, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  it('can be neither changed nor deleted', async () => {
    const { json } = await post(event(receiver));
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const got = await world.ask(method, `/api/v1/events/${String(json['id'])}`, { body: {} });
      expect([method, got.status, got.json['code'], got.headers.get('allow')]).toEqual([
        ...[method, 405, 'METHOD_NOT_ALLOWED', 'GET, HEAD, OPTIONS'],
      ]);
    }
  });

  it('finds by any subset of filters, in both orders, page by page', async () => {
    const other = await receiverIn(world, true);
    for (const release of ['1', '2', '3', '4', '5']) {
      await post(event(other, { name: 'found', release, success: release !== '3', platform_id: 'a&b=c d+é' }));
    }
    const releases = async (query: string): Promise<readonly unknown[]> => {
      const { json } = await world.ask('GET', `/api/v1/events?${query}`);
      return (json['data'] as readonly { readonly release: unknown }[]).map(({ release }) => release);
    };
    expect(await releases('name=found')).toEqual(['5', '4', '3', '2', '1']);
    expect(await releases('name=found&order=asc&success=true')).toEqual(['1', '2', '4', '5']);
    expect(await releases(`event_receiver_id=${other}&release=3&package=oci&version=2.4.1`)).toEqual(['3']);
    expect(await releases(`platform_id=${encodeURIComponent('a&b=c d+é')}&limit=1`)).toEqual(['5']);
    expect(await releases('name=found&from=2999-01-01T00:00:00Z')).toEqual([]);
    expect(await releases('name=found&to=2999-01-01T00:00:00%2B02:00&limit=1')).toEqual(['5']);
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const query = `name=found&limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const { json } = await world.ask('GET', `/api/v1/events?${query}`);
      seen.push(...(json['data'] as readonly { readonly release: unknown }[]).map(({ release }) => release));
      const { next } = json['page'] as { readonly next: string | null };
      if (next === null) break;
      cursor = next;
    }
    expect(seen).toEqual(['5', '4', '3', '2', '1']);
  });

  it('answers 404 for an event that is not there', async () => {
    for (const path of [ABSENT, `${ABSENT}/payload`]) {
      expect(refusal(await world.ask('GET', `/api/v1/events/${path}`))).toMatchObject({
        status: 404,
        code: 'NOT_FOUND',
      });
    }
  });

  it('takes a description that is empty or left out', async () => {
    expect((await post(event(receiver, { description: '' }))).status).toBe(201);
    const { description: _, ...rest } = event(receiver);
    expect((await post(rest)).json).toMatchObject({ description: '' });
  });

  it('counts characters, not code units', async () => {
    expect((await post(event(receiver, { name: '😀'.repeat(255) }))).status).toBe(201);
    expect(refusal(await post(event(receiver, { name: '😀'.repeat(256) })))).toMatchObject({
      ...{ status: 422, pointers: ['/name'] },
    });
  });

  it('answers 503 with Retry-After while the store does not answer, and 201 after', async () => {
    world.store.down = true;
    const got = await post(event(receiver));
    world.store.down = false;
    expect(refusal(got)).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
    expect(Number(got.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await post(event(receiver))).status).toBe(201);
  });
});
