import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { registryRouter } from '@xzepr/http-express';

import { openWorld } from './support/world.js';
import type { World } from './support/world.js';

interface MountedRoute {
  readonly path: string;
  readonly methods: Readonly<Record<string, boolean>>;
}

function mounted({ registry, identity }: World, hasIdentity = true): readonly string[] {
  const router = registryRouter({
    ...{ registry, ...(hasIdentity && { identity }) },
    authenticate: () => Promise.resolve(undefined),
    onError: () => undefined,
  });
  const routes = router.stack.flatMap(({ route }) => (route === undefined ? [] : [route as unknown as MountedRoute]));
  return routes
    .flatMap(({ path, methods }) =>
      Object.keys(methods)
        .filter((method) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
        .map((method) => `${method} /api/v1${path.replaceAll(/:(\w+)/g, '{$1}')}`),
    )
    .sort();
}

function documented(world: World): readonly string[] {
  return Object.entries(world.document.paths)
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`))
    .filter((operation) => !operation.endsWith(' parameters'))
    .sort();
}

describe('the OpenAPI document', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(world.document) as never);
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(world.document.openapi).toMatch(/^3\.1\./);
    expect(world.document.info.version).toBe('1.2.3');
  });

  it('has every route that is mounted, and no other below /api/v1', () => {
    expect(documented(world).filter((operation) => operation.includes('/api/v1'))).toEqual(mounted(world));
  });

  it('has the 44 operations of the contract, 15 of them for users and tokens only where there are any', () => {
    expect(mounted(world)).toHaveLength(44);
    expect(mounted(world, false)).toHaveLength(29);
  });

  it('has health and itself too, and they answer', async () => {
    const others = documented(world).filter((operation) => !operation.includes('/api/v1'));
    expect(others).toEqual(expect.arrayContaining(['get /health', 'get /health/live', 'get /health/ready']));
    for (const operation of others.filter((each) => !each.includes('{'))) {
      const path = operation.replace('get ', '');
      expect([path, (await world.ask('GET', path, { as: 'nobody' })).status]).toEqual([path, 200]);
    }
  });

  it('names each operation once', () => {
    const names = Object.values(world.document.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('says how to authenticate for everything below /api/v1', () => {
    const schemes = Object.keys(world.document.components['securitySchemes'] ?? {});
    expect(schemes.length).toBe(2);
  });
});
