import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { event, groupIn, openWorld, pointers, receiverIn, refusal } from './support/world.js';
import type { World } from './support/world.js';

const ABSENT = '01KDVG00009999999999999999';

describe('receivers', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  it('answers a new receiver with its place, its tag and its schema as it was written', async () => {
    const body =
      '{"name":"a","type":"t","version":"1","description":"d","schema": {"const" : 1.0, "title":"\\u0041"} }';
    const made = await world.ask('POST', '/api/v1/receivers', { body });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/v1/receivers/${String(made.json['id'])}`);
    expect(made.headers.get('etag')).toBe('"1"');
    expect(made.text).toContain('"schema":{"const" : 1.0, "title":"\\u0041"}');
    expect(made.json).toMatchObject({ enabled: true, resource_version: 1, created_by: 'the-admin' });
    const read = await world.ask('GET', made.headers.get('location') ?? '');
    expect([read.status, read.text, read.headers.get('etag')]).toEqual([200, made.text, '"1"']);
  });

  it('names the one that is there when name, type and version are taken', async () => {
    const body = { name: 'taken', type: 't', version: '1', description: 'd', schema: true };
    const first = await world.ask('POST', '/api/v1/receivers', { body });
    const second = await world.ask('POST', '/api/v1/receivers', { body });
    expect(second.status).toBe(409);
    expect(second.json).toMatchObject({ code: 'RECEIVER_EXISTS', existing_id: first.json['id'] });
    expect(second.json['detail']).toContain(first.json['id']);
  });

  it('names every bad field of a receiver at once', async () => {
    const body = { name: ' ', type: 'x'.repeat(256), version: 7, schema: 'no', extra: 1, 'a/b~c': 2 };
    const got = await world.ask('POST', '/api/v1/receivers', { body });
    expect(got.status).toBe(422);
    expect(pointers(got)).toEqual(
      expect.arrayContaining(['/a~1b~0c', '/description', '/extra', '/name', '/type', '/version']),
    );
  });

  it.each([['"text"'], ['[1]'], ['null'], ['3']])('refuses the schema %s', async (schema) => {
    const body = `{"name":"s","type":"t","version":"1","description":"d","schema":${schema}}`;
    expect(refusal(await world.ask('POST', '/api/v1/receivers', { body }))).toMatchObject({
      status: 422,
      pointers: ['/schema'],
    });
  });

  it('says where a schema cannot be used', async () => {
    const body = { name: 's', type: 't', version: '1', description: 'd', schema: { type: 'no-such-type' } };
    expect(refusal(await world.ask('POST', '/api/v1/receivers', { body }))).toEqual({
      ...{ status: 422, code: 'SCHEMA_REFUSED', pointers: ['/schema/type'] },
    });
  });

  it('refuses the same member twice in a schema, also when one is escaped', async () => {
    const body = '{"name":"s","type":"t","version":"1","description":"d","schema":{"a":1,"\\u0061":2}}';
    expect(refusal(await world.ask('POST', '/api/v1/receivers', { body }))).toMatchObject({
      status: 422,
      pointers: ['/schema/a'],
    });
  });

  it('changes what is given and raises the version', async () => {
    const id = await receiverIn(world);
    const path = `/api/v1/receivers/${id}`;
    const headers = { 'if-match': '"1"' };
    const changed = await world.ask('PATCH', path, { headers, body: { description: 'new', enabled: false } });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect(changed.json).toMatchObject({ id, description: 'new', enabled: false, resource_version: 2 });
    expect(await world.ask('GET', path)).toMatchObject({ text: changed.text });
    const revisions = await world.ask('GET', `${path}/revisions`);
    expect(revisions.json['data']).toMatchObject([
      { resource_version: 1, changed_by: 'the-admin' },
      { resource_version: 2 },
    ]);
  });

  it('wants If-Match to change or delete, and it has to be of the version that is there', async () => {
    const path = `/api/v1/receivers/${await receiverIn(world)}`;
    const change = (tag?: string): ReturnType<World['ask']> =>
      world.ask('PATCH', path, {
        body: { description: `now ${tag ?? ''}` },
        headers: tag === undefined ? {} : { 'if-match': tag },
      });
    expect(refusal(await change())).toMatchObject({ status: 428, code: 'IF_MATCH_REQUIRED' });
    expect(refusal(await world.ask('DELETE', path))).toMatchObject({ status: 428, code: 'IF_MATCH_REQUIRED' });
    for (const stale of ['"2"', 'W/"1"', '"abc"', '"7", "8"']) {
      const got = await change(stale);
      expect([stale, got.status, got.json['code']]).toEqual([stale, 412, 'VERSION_STALE']);
    }
    expect((await change('1')).status).toBe(400);
    expect((await change('"9", "1"')).headers.get('etag')).toBe('"2"');
    expect((await change('*')).headers.get('etag')).toBe('"3"');
    const deleted = await world.ask('DELETE', path, { headers: { 'if-match': '"3"' } });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await world.ask('GET', path)).status).toBe(404);
  });

  it('refuses a change of what cannot change', async () => {
    const path = `/api/v1/receivers/${await receiverIn(world)}`;
    const got = await world.ask('PATCH', path, { body: { name: 'x', enabled: null }, headers: { 'if-match': '"1"' } });
    expect(refusal(got)).toEqual({ status: 422, code: 'INVALID_INPUT', pointers: ['/enabled', '/name'] });
  });

  it('keeps a receiver that groups or events refer to', async () => {
    const headers = { 'if-match': '*' };
    const inGroup = await receiverIn(world);
    await groupIn(world, [inGroup]);
    expect(refusal(await world.ask('DELETE', `/api/v1/receivers/${inGroup}`, { headers }))).toMatchObject({
      ...{ status: 409, code: 'RECEIVER_IN_USE' },
    });
    const withEvent = await receiverIn(world);
    await world.ask('POST', '/api/v1/events', { body: event(withEvent) });
    expect((await world.ask('DELETE', `/api/v1/receivers/${withEvent}`, { headers })).status).toBe(409);
  });

  it('lists by filters, page by page', async () => {
    for (const version of ['1', '2', '3']) {
      const body = { name: 'listed', type: 't', version, description: 'd', schema: true };
      await world.ask('POST', '/api/v1/receivers', { body });
    }
    const versions = async (query: string): Promise<readonly unknown[]> => {
      const { json } = await world.ask('GET', `/api/v1/receivers?${query}`);
      return (json['data'] as readonly { readonly version: unknown }[]).map(({ version }) => version);
    };
    expect(await versions('name=listed')).toEqual(['1', '2', '3']);
    expect(await versions('name=listed&version=2&type=t&enabled=true')).toEqual(['2']);
    expect(await versions('name=listed&enabled=false')).toEqual([]);
    const first = await world.ask('GET', '/api/v1/receivers?name=listed&limit=2');
    const { next } = first.json['page'] as { readonly next: string };
    expect(await versions(`name=listed&limit=2&cursor=${encodeURIComponent(next)}`)).toEqual(['3']);
  });

  it('answers 304 to who has it already', async () => {
    const path = `/api/v1/receivers/${await receiverIn(world)}`;
    const got = await world.ask('GET', path, { headers: { 'if-none-match': 'W/"1"' } });
    expect([got.status, got.text, got.headers.get('etag')]).toEqual([304, '', '"1"']);
    expect((await world.ask('GET', path, { headers: { 'if-none-match': '"2"' } })).status).toBe(200);
  });

  it('knows no receiver that is not there, and no id that is none', async () => {
    expect(refusal(await world.ask('GET', `/api/v1/receivers/${ABSENT}`))).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
    for (const id of ['x', ABSENT.toLowerCase(), `${ABSENT}0`]) {
      expect(refusal(await world.ask('GET', `/api/v1/receivers/${id}`))).toEqual({
        ...{ status: 400, code: 'INVALID_QUERY', pointers: ['/id'] },
      });
    }
    expect((await world.ask('GET', '/api/v1/receivers/%zz')).status).toBe(400);
  });
});
