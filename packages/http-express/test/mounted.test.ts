import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';
import { registryRouter } from '@xzepr/http-express';
import express from 'express';
import type { Express, Router } from 'express';

import { event, openWorld } from './support/world.js';
import type { Json, World } from './support/world.js';

const RECEIVER = { name: 'r', type: 't', version: '1', description: 'd', schema: {} };

interface Host {
  readonly errors: readonly unknown[];
  readonly post: (
    path: string,
    body: unknown,
    type?: string,
  ) => Promise<{ readonly status: number; readonly json: Json }>;
}

describe("the router in an application of one's own", () => {
  const opened: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const close of opened.splice(0)) await close();
  });

  async function openHost(compose: (app: Express, router: Router) => unknown): Promise<Host> {
    const world: World = await openWorld();
    const errors: unknown[] = [];
    const app = express();
    const admin = { id: 'me', kind: 'user', roles: ['admin'] } as const;
    const router = registryRouter({
      ...{ registry: world.registry, authenticate: () => Promise.resolve(admin) },
      onError: (error) => errors.push(error),
    });
    compose(app, router);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    opened.push(
      () => new Promise((resolve) => server.close(resolve)),
      () => world.close(),
    );
    const base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    return {
      errors,
      async post(path, body, type = 'application/json') {
        const headers = { authorization: 'Bearer mine', connection: 'close', 'content-type': type };
        const response = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
        return { status: response.status, json: (await response.json()) as Json };
      },
    };
  }

  it('leaves the routes and body parsers that come after it alone', async () => {
    const { errors, post } = await openHost((app, router) => {
      app.use('/api/v1', router).use(express.json());
      app.post('/mine', (request, response) => response.json(request.body));
    });
    expect(await post('/mine', { a: 1 })).toEqual({ status: 200, json: { a: 1 } });
    const receiver = await post('/api/v1/receivers', RECEIVER);
    expect(receiver.status).toBe(201);
    expect((await post('/api/v1/events', event(receiver.json['id'] as string))).status).toBe(201);
    expect(errors).toEqual([]);
  });

  it.each([
    ['/api/v1/receivers', 'application/json'],
    ['/api/v1/events/batch', 'application/x-ndjson'],
  ])('says at once that a body parser has read the body: %s', async (path, type) => {
    const { errors, post } = await openHost((app, router) => {
      app.use(express.text({ type: '*/*' })).use('/api/v1', router);
    });
    expect(await post(path, RECEIVER, type)).toMatchObject({ status: 500 });
    expect(errors).toEqual([
      new Error('a body parser has read the body; mount the router of the registry before every body parser'),
    ]);
  });
});
