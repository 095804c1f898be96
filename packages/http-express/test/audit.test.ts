import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { signIn, signedIn } from './support/people.js';
import { openWorld, pointers, refusal } from './support/world.js';
import type { Json, World } from './support/world.js';

describe('the audit log', () => {
  let world: World;
  let user: Json;
  beforeAll(async () => {
    world = await openWorld();
    ({ user } = await signedIn(world));
    await signIn(world, user['username']);
    await world.ask('PATCH', `/api/v1/users/${String(user['id'])}`, {
      ...{ body: { roles: ['user'] }, headers: { 'x-request-id': 'the-change' } },
    });
  });
  afterAll(() => world.close());

  const list = async (query = ''): Promise<readonly Json[]> =>
    (await world.ask('GET', `/api/v1/audit${query}`)).json['data'] as readonly Json[];

  it('has what happened, newest first, with who did it to what and from where', async () => {
    const entries = await list();
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...['user.roles_changed', 'sign_in.succeeded', 'sign_in.succeeded', 'user.created'],
    ]);
    expect(entries[0]).toEqual({
      ...{ id: expect.any(String) as unknown, at: expect.any(String) as unknown, kind: 'user.roles_changed' },
      ...{ actor: 'the-admin', target: user['id'], address: '127.0.0.1', request_id: 'the-change' },
      detail: { from: 'event_manager', to: 'user' },
    });
  });

  it('is filtered by each of what it holds', async () => {
    const count = async (query: string): Promise<number> => (await list(query)).length;
    expect(await count('?kind=sign_in.succeeded')).toBe(2);
    expect(await count('?kind=burst')).toBe(0);
    expect(await count('?actor=the-admin')).toBe(2);
    expect(await count(`?target=${String(user['id'])}`)).toBe(2);
    expect(await count('?address=127.0.0.1')).toBe(4);
    expect(await count('?address=127.0.0.2')).toBe(0);
    const [newest, second] = await list();
    const at = (entry: Json | undefined): string => encodeURIComponent(String(entry?.['at']));
    expect(await count(`?from=${at(newest)}`)).toBe(1);
    expect(await count(`?to=${at(newest)}`)).toBe(3);
    expect(await count(`?from=${at(second)}&to=${at(newest)}&actor=${String(user['id'])}`)).toBe(1);
  });

  it('comes in pages, whose cursors are good for the same filters alone', async () => {
    const seen: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { json } = await world.ask('GET', `/api/v1/audit?limit=1${query}`);
      seen.push(...(json['data'] as Json[]).map(({ id }) => id));
      cursor = (json['page'] as { readonly next: string | null }).next;
    }
    expect(seen).toEqual((await list()).map(({ id }) => id));
    const { json } = await world.ask('GET', '/api/v1/audit?limit=1');
    const { next } = json['page'] as { readonly next: string };
    const other = await world.ask('GET', `/api/v1/audit?limit=1&kind=burst&cursor=${next}`);
    expect(refusal(other)).toMatchObject({ status: 400, code: 'INVALID_CURSOR' });
  });

  it('refuses filters that it does not know, each by name', async () => {
    const got = await world.ask('GET', '/api/v1/audit?kind=nothing&from=yesterday&actor=&who=me&limit=0');
    expect([got.status, pointers(got)]).toEqual([400, ['/actor', '/from', '/kind', '/limit', '/who']]);
  });

  it('is for administrators, and for keys of theirs that may read it', async () => {
    for (const as of ['event_manager', 'event_reporter', 'event_viewer', 'user'] as const) {
      const got = await world.ask('GET', '/api/v1/audit', { as });
      expect([as, got.status, got.json['permission']]).toEqual([as, 403, 'audit:read']);
    }
    const make = async (permission: string): Promise<string> => {
      const body = { name: 'auditor', roles: ['admin'], permissions: [permission] };
      return String((await world.ask('POST', '/api/v1/api-keys', { body })).json['key']);
    };
    expect((await world.ask('GET', '/api/v1/audit', { token: await make('audit:read') })).status).toBe(200);
    expect((await world.ask('GET', '/api/v1/audit', { token: await make('user:manage') })).status).toBe(403);
  });

  it('is only ever added to', async () => {
    for (const method of ['POST', 'PATCH', 'DELETE', 'PUT']) {
      const got = await world.ask(method, '/api/v1/audit', { body: {} });
      expect([method, got.status, got.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD, OPTIONS']);
    }
  });
});
