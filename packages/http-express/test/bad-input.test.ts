import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { event, openWorld, receiverIn, refusal } from './support/world.js';
import type { Got, Json, World } from './support/world.js';

const ABSENT = '01KDVG00009999999999999999';
const LONG = 'x'.repeat(256);

describe('bad input', () => {
  let world: World;
  let receiver: string;
  beforeAll(async () => {
    world = await openWorld({ limits: { eventBytes: 20_000, batchBytes: 1_000_000, schemaBytes: 5_000 } });
    receiver = await receiverIn(world);
  });
  afterAll(() => world.close());

  const post = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Got> =>
    world.ask('POST', '/api/v1/events', { body, headers });
  const text = (member: string): string => `${JSON.stringify(event(receiver)).slice(0, -1)},${member}}`;
  const withPayload = (payload: string): string =>
    JSON.stringify({ ...event(receiver), payload: undefined }).replace(/\}$/, `,"payload":${payload}}`);

  it('is told apart from the registry, which it never harms', () => {
    expect(world.errors).toEqual([]);
  });

  it('names an unknown receiver', async () => {
    expect(refusal(await post(event(ABSENT)))).toEqual({
      ...{ status: 422, code: 'RECEIVER_UNKNOWN', pointers: ['/event_receiver_id'] },
    });
  });

  it('says that a receiver is disabled', async () => {
    const id = await receiverIn(world);
    const headers = { 'if-match': '*' };
    await world.ask('PATCH', `/api/v1/receivers/${id}`, { headers, body: { enabled: false } });
    expect(refusal(await post(event(id)))).toMatchObject({ status: 409, code: 'RECEIVER_DISABLED' });
  });

  it('points into a payload that does not fit', async () => {
    expect(refusal(await post(event(receiver, { payload: { passed: 'many' } })))).toEqual({
      ...{ status: 422, code: 'PAYLOAD_REFUSED', pointers: ['/payload/passed'] },
    });
  });

  it.each<[string, string, Json, readonly string[]]>([
    ['a receiver', 'receivers', { name: '', schema: 5 }, ['/description', '/name', '/schema', '/type', '/version']],
    [
      'a group',
      'groups',
      { name: '', type: 't', version: '1', description: 'd', event_receiver_ids: ['x', ABSENT, ABSENT], policy: 'q' },
      ['/event_receiver_ids/0', '/event_receiver_ids/2', '/name', '/policy'],
    ],
  ])('names everything that is wrong with %s at once', async (_what, path, body, at) => {
    expect(refusal(await world.ask('POST', `/api/v1/${path}`, { body }))).toEqual({
      ...{ status: 422, code: 'INVALID_INPUT', pointers: at },
    });
  });

  it.each<[string, Json, readonly string[]]>([
    ['an unknown field', { success_: true }, ['/success_']],
    ['unknown fields with odd names', { 'a/b': 1, '~': 2, '': 3 }, ['/', '/a~1b', '/~0']],
    ['blank text', { name: ' \t\u00a0', version: '' }, ['/name', '/version']],
    ['text that is too long', { release: LONG, description: 'x'.repeat(1_001) }, ['/description', '/release']],
    ['NUL', { package: 'a\0b' }, ['/package']],
    ['half of a surrogate pair', { name: 'a\ud800' }, ['/name']],
    ['ids that are none', { event_receiver_id: 'x' }, ['/event_receiver_id']],
    ['an id in lower case', { event_receiver_id: ABSENT.toLowerCase() }, ['/event_receiver_id']],
    ['wrong types', { name: 1, success: 'true', event_receiver_id: {} }, ['/event_receiver_id', '/name', '/success']],
    ['null', { name: null, success: null, event_receiver_id: null }, ['/event_receiver_id', '/name', '/success']],
    ['arrays', { name: ['a'], platform_id: [], success: [true] }, ['/name', '/platform_id', '/success']],
  ])('names %s', async (_, more, at) => {
    expect(refusal(await post(event(receiver, more)))).toEqual({ status: 422, code: 'INVALID_INPUT', pointers: at });
  });

  it('names every field that is missing', async () => {
    expect(refusal(await post({}))).toMatchObject({
      status: 422,
      pointers: [
        ...['/event_receiver_id', '/name', '/package', '/payload', '/platform_id', '/release', '/success', '/version'],
      ],
    });
  });

  it('names bad fields and what is wrong in the payload together', async () => {
    const got = await post(withPayload('{"a":1,"a":2}').replace('"name":"payments"', '"name":""'));
    expect(refusal(got)).toEqual({ status: 422, code: 'INVALID_INPUT', pointers: ['/name', '/payload/a'] });
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'takes %s for an unknown field like any other',
    async (name) => {
      expect(refusal(await post(text(`"${name}":{"name":"x"}`)))).toEqual({
        ...{ status: 422, code: 'INVALID_INPUT', pointers: [`/${name}`] },
      });
    },
  );

  it('refuses duplicate members, also when one is escaped', async () => {
    expect(refusal(await post(withPayload('{"a":1,"\\u0061":2}')))).toMatchObject({
      ...{ status: 422, pointers: ['/payload/a'] },
    });
    expect(refusal(await post(text('"name":"again"')))).toMatchObject({ status: 422, pointers: ['/name'] });
  });

  it('refuses lone surrogates in a payload, and keeps an escaped NUL', async () => {
    expect(refusal(await post(withPayload('{"a":"\\ud800"}')))).toMatchObject({
      ...{ status: 422, pointers: ['/payload/a'] },
    });
    expect((await post(withPayload('{"a":"\\u0000"}'))).status).toBe(201);
  });

  it('takes 64 levels of payload or of the whole, and not more than that', async () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const open = await receiverIn(world, true);
    const posted = (depth: number): Promise<Got> => post(withPayload(nested(depth)).replace(receiver, open));
    expect((await posted(63)).status).toBe(201);
    const tooDeep = await posted(65);
    expect(tooDeep.status).toBe(422);
    expect((await posted(5_000)).status).toBe(422);
  });

  it('refuses a body that is too large, and says so', async () => {
    expect(refusal(await post(text(`"x":"${'x'.repeat(20_000)}"`)))).toMatchObject({
      ...{ status: 413, code: 'BODY_TOO_LARGE' },
    });
    const schema = { name: 'n', type: 't', version: '1', description: 'd', schema: { title: 'x'.repeat(5_000) } };
    expect((await world.ask('POST', '/api/v1/receivers', { body: schema })).status).toBe(413);
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonp', 'json', ''])(
    'refuses the content type %j',
    async (type) => {
      expect(refusal(await post(event(receiver), { 'content-type': type }))).toMatchObject({
        ...{ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' },
      });
    },
  );

  it('takes a content type with utf-8, in any case, and no other character set', async () => {
    expect((await post(event(receiver), { 'content-type': 'Application/JSON; Charset="UTF-8"' })).status).toBe(201);
    expect((await post(event(receiver), { 'content-type': 'application/json; charset=utf-16' })).status).toBe(415);
  });

  it.each(['gzip', 'deflate', 'br', 'zstd', 'identity, gzip'])('refuses a body encoded with %s', async (encoding) => {
    expect((await post(event(receiver), { 'content-encoding': encoding })).status).toBe(415);
  });

  it('wants a body', async () => {
    for (const headers of [{ 'content-type': 'application/json' }]) {
      const got = await world.ask('POST', '/api/v1/events', { headers });
      expect(refusal(got)).toMatchObject({ status: 400, code: 'BODY_REQUIRED' });
    }
    expect(refusal(await post(''))).toMatchObject({ status: 400, code: 'BODY_REQUIRED' });
  });

  it.each(['{', 'nonsense', '{"a":1,}', "{'a':1}", '\ufeff{}', '[1', '{"a":01}', '{} {}', ' ', '{"a":\u0000}'])(
    'says that %j is not JSON',
    async (body) => {
      expect(refusal(await post(body))).toMatchObject({ status: 400, code: 'NOT_JSON' });
    },
  );

  it.each(['[]', 'null', 'true', '1', '"a"', '[{}]'])('says that %s is not an object', async (body) => {
    expect(refusal(await post(body))).toMatchObject({ status: 422, code: 'INVALID_INPUT' });
  });

  it.each<[string, readonly string[]]>([
    ['limit=0', ['/limit']],
    ['limit=1001', ['/limit']],
    ['limit=-1', ['/limit']],
    ['limit=1.5', ['/limit']],
    ['limit=ten', ['/limit']],
    ['limit=', ['/limit']],
    ['limit=1&limit=2', ['/limit']],
    ['limt=5', ['/limt']],
    ['name[]=a', ['/name[]']],
    ['__proto__=a', ['/__proto__']],
    ['success=yes', ['/success']],
    ['success=', ['/success']],
    ['from=yesterday', ['/from']],
    ['from=2026-02-30T00:00:00Z', ['/from']],
    ['order=up', ['/order']],
    ['event_receiver_id=x', ['/event_receiver_id']],
    ['name=', ['/name']],
    ['name=a%00b', ['/name']],
    [`name=${LONG}`, ['/name']],
    ['name=a&name=b', ['/name']],
    ['limit=0&order=up&nonsense', ['/limit', '/nonsense', '/order']],
  ])('names what is wrong in the query ?%s', async (query, at) => {
    expect(refusal(await world.ask('GET', `/api/v1/events?${query}`))).toEqual({
      ...{ status: 400, code: 'INVALID_QUERY', pointers: at },
    });
  });

  it('refuses a query that is not UTF-8, too long, or where none belongs', async () => {
    expect((await world.ask('GET', '/api/v1/events?name=%ff')).status).toBe(400);
    expect((await world.ask('GET', '/api/v1/events?name=%ed%a0%80')).status).toBe(400);
    expect((await world.ask('GET', `/api/v1/events?name=${'x'.repeat(9_000)}`)).status).toBe(400);
    expect((await world.ask('POST', '/api/v1/events?dry_run=true', { body: event(receiver) })).status).toBe(400);
    expect((await world.ask('GET', `/api/v1/events/${ABSENT}?x=1`)).status).toBe(400);
  });

  it('refuses cursors that were altered, made up, or of another list', async () => {
    for (const release of ['1', '2', '3']) await post(event(receiver, { name: 'paged', release }));
    const page = await world.ask('GET', '/api/v1/events?name=paged&limit=1');
    const { next } = page.json['page'] as { readonly next: string };
    const cursors = [`${next}0`, next.replace(/^\d/, '9'), 'x', '', '1.', `${next}.${next}`];
    for (const cursor of cursors) {
      const got = await world.ask('GET', `/api/v1/events?name=paged&cursor=${encodeURIComponent(cursor)}`);
      expect([cursor, got.status, got.json['code']]).toEqual([cursor, 400, 'INVALID_CURSOR']);
    }
    for (const path of ['events?name=other&', 'events?', 'events?name=paged&order=asc&', 'receivers?']) {
      const got = await world.ask('GET', `/api/v1/${path}cursor=${encodeURIComponent(next)}`);
      expect([path, got.status, got.json['code']]).toEqual([path, 400, 'INVALID_CURSOR']);
    }
  });

  it('left no fault of ours behind', () => {
    expect(world.errors).toEqual([]);
  });
});
