import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { event, openWorld, receiverIn, refusal } from './support/world.js';
import type { Got, World } from './support/world.js';

function typeOf({ headers }: Got): string | undefined {
  return headers.get('content-type')?.split(';')[0];
}

describe('every answer', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  it('carries the id of the request: the one given when it is sane, else one of ours', async () => {
    const given = async (id: string): Promise<string | null> =>
      (await world.ask('GET', '/api/v1/events', { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await given('a.B_c-1')).toBe('a.B_c-1');
    expect(await given('x'.repeat(128))).toBe('x'.repeat(128));
    for (const bad of ['x'.repeat(129), 'a b', '<script>', ''])
      expect(await given(bad)).toMatch(/^[0-9A-Za-z-]{20,40}$/);
    const problem = await world.ask('GET', '/api/v1/nowhere', { headers: { 'x-request-id': 'mine' } });
    expect([problem.json['instance'], problem.headers.get('x-request-id')]).toEqual(['mine', 'mine']);
  });

  it('keeps browsers from doing anything with it, and names no framework', async () => {
    for (const path of ['/api/v1/events', '/health', '/nowhere']) {
      const { headers } = await world.ask('GET', path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).not.toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('is a problem where something is wrong', async () => {
    const { headers, json } = await world.ask('GET', '/api/v1/nowhere');
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(json).toMatchObject({
      ...{ type: 'https://xzepr.dev/problems/route-not-found', status: 404, code: 'ROUTE_NOT_FOUND' },
      ...{ title: expect.any(String) as unknown, detail: expect.any(String) as unknown },
    });
    expect((await world.ask('GET', '/nowhere')).json['code']).toBe('ROUTE_NOT_FOUND');
  });

  it('to HEAD is that to GET without its body', async () => {
    const id = await receiverIn(world);
    for (const path of ['/api/v1/events', `/api/v1/receivers/${id}`, '/health/ready', '/openapi.json']) {
      const get = await world.ask('GET', path);
      const head = await world.ask('HEAD', path);
      expect([path, head.status, head.text]).toEqual([path, 200, '']);
      for (const name of ['content-length', 'content-type', 'etag']) {
        expect([path, name, head.headers.get(name)]).toEqual([path, name, get.headers.get(name)]);
      }
    }
  });

  it('to OPTIONS says what a path takes, and so does that to what it does not take', async () => {
    const allow = async (method: string, path: string): Promise<readonly unknown[]> => {
      const { status, headers } = await world.ask(method, `/api/v1${path}`);
      return [status, headers.get('allow')];
    };
    expect(await allow('OPTIONS', '/events')).toEqual([204, expect.stringMatching(/GET.*POST|POST.*GET/)]);
    expect(await allow('OPTIONS', '/receivers/x')).toEqual([204, expect.stringMatching(/GET.*PATCH.*DELETE/)]);
    expect(await allow('PUT', '/receivers/x')).toEqual([405, expect.stringMatching(/GET.*PATCH.*DELETE/)]);
    expect(await allow('DELETE', '/timeline')).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('is JSON, and 406 to who does not take that', async () => {
    const accepting = async (accept: string): Promise<number> =>
      (await world.ask('GET', '/api/v1/events', { headers: { accept } })).status;
    for (const accept of ['*/*', 'application/json', 'application/*', 'text/html, application/json;q=0.1']) {
      expect([accept, await accepting(accept)]).toEqual([accept, 200]);
    }
    for (const accept of ['text/html', 'application/xml', 'application/json;q=0']) {
      expect([accept, await accepting(accept)]).toEqual([accept, 406]);
    }
    const id = await receiverIn(world);
    const got = await world.ask('POST', '/api/v1/events', {
      body: event(id, { name: 'unaccepted' }),
      headers: { accept: 'image/png' },
    });
    expect(refusal(got)).toMatchObject({ status: 406, code: 'NOT_ACCEPTABLE' });
    expect((await world.ask('GET', '/api/v1/events?name=unaccepted')).json['data']).toEqual([]);
  });

  it('says nothing of what went wrong inside', async () => {
    const fault = new Error('password=hunter2 in SELECT');
    world.store.held = Promise.reject(fault);
    const body = { name: 'inside', type: 't', version: '1', description: 'd', schema: true };
    const got = await world.ask('POST', '/api/v1/receivers', { body });
    world.store.held = undefined;
    expect(refusal(got)).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(got.text).not.toMatch(/hunter2|SELECT|at /);
    expect(world.errors.splice(0)).toEqual([fault]);
  });
});

describe('health', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ docs: false });
  });
  afterAll(() => world.close());

  it('is told to everybody', async () => {
    for (const path of ['/health', '/health/live', '/health/ready']) {
      const got = await world.ask('GET', path, { as: 'nobody' });
      expect([path, got.status, typeOf(got)]).toEqual([path, 200, 'application/json']);
    }
  });

  it('is 503 when requests cannot be served, while the process lives', async () => {
    world.health.ready = false;
    const ready = await world.ask('GET', '/health/ready', { as: 'nobody' });
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
    expect((await world.ask('GET', '/health/live', { as: 'nobody' })).status).toBe(200);
    world.health.ready = true;
    expect((await world.ask('GET', '/health/ready', { as: 'nobody' })).status).toBe(200);
  });

  it('is all there is besides the API when the docs are off', async () => {
    for (const path of ['/docs', '/docs/', '/openapi.json']) {
      const response = await fetch(world.url + path);
      await response.text();
      expect([path, response.status]).toEqual([path, 404]);
    }
  });
});

describe('the docs page', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  it('loads nothing from elsewhere and runs no script that is written into it', async () => {
    const page = await fetch(`${world.url}/docs`);
    const html = await page.text();
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/https?:|\*/);
    expect(/script-src[^;]*unsafe/.test(policy)).toBe(false);
    expect(html).not.toMatch(/<script>|<style>|\son\w+=|https?:\/\//);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const file of files) {
      const got = await fetch(new URL(file, `${world.url}/docs`));
      await got.arrayBuffer();
      expect([file, got.status]).toEqual([file, 200]);
    }
  });
});
