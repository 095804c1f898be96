import { ROLES, ROLE_PERMISSIONS, later } from '@xzepr/core';
import type { Permission } from '@xzepr/core';
import { systemClock } from '@xzepr/adapters-node';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { createTestDatabase } from '../../../test/postgres.ts';
import type { TestDatabase } from '../../../test/postgres.ts';
import { startRedis } from '../../../test/redis.ts';
import type { TestRedis } from '../../../test/redis.ts';
import { QUICK, personIn } from './support/people.js';
import { FOR_MEMBERS, TAKES } from './support/permission-map.js';
import { created, eventOf, makeReceiver } from './support/registry.js';
import type { Json } from './support/registry.js';
import { testRing } from './support/ring.js';
import type { TestRing } from './support/ring.js';
import { ADMIN_KEY, startServer } from './support/server-process.js';
import type { ServerProcess } from './support/server-process.js';

jest.setTimeout(180_000);

const METHODS = ['get', 'post', 'patch', 'put', 'delete'];
const ABSENT = '01KDVG00009999999999999999';

interface DocumentedOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly contentTypes: readonly string[];
}

/** What a walker asks about: theirs, so that nothing but the permission decides, or a stranger's. */
interface Aim {
  readonly receiver: string;
  readonly group: string;
  readonly event: string;
  /** What may go, if it is there at all. */
  readonly doomed: string;
}

interface Walker {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for a credential that opens nothing. */
  readonly granted: readonly Permission[] | undefined;
  readonly aim: 'own' | 'of strangers';
}

type Outcome = 'unauthenticated' | 'denied' | 'through';

describe('every route of the OpenAPI document', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let ring: TestRing;
  let server: ServerProcess;
  let operations: readonly DocumentedOperation[];
  let walkers: readonly Walker[];
  let aims: Readonly<Record<Walker['aim'], Aim>>;

  beforeAll(async () => {
    [database, redis, ring] = await Promise.all([createTestDatabase(), startRedis(), testRing('ES256')]);
    server = await startServer({
      ...{ ...QUICK, ...ring.environment, XZEPR__BOOTSTRAP__ADMIN_KEY: ADMIN_KEY },
      ...{ XZEPR__DATABASE__URL: database.url, XZEPR__REDIS__URL: redis.url },
    });
    operations = await documented(server);
    ({ walkers, aims } = await prepared(server, ring));
  });
  afterAll(async () => {
    await server.end('SIGKILL');
    await Promise.all([redis.stop(), database.drop()]);
    ring.remove();
  });

  it('is in the map of what it takes, and the map has no other', () => {
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(TAKES).sort());
  });

  // Last what ends the session that the others walk with.
  const names = Object.keys(TAKES).sort((one, other) => Number(one === 'signOut') - Number(other === 'signOut'));

  it.each(names)('%s lets in whom the permission map lets in, and nobody else', async (operationId) => {
    const own = operations.filter((operation) => operation.operationId === operationId);
    expect(own).toHaveLength(1);
    for (const operation of own.flatMap(byContentType)) {
      const seen: Record<string, Outcome> = {};
      for (const { name, headers, aim } of walkers) {
        seen[name] = await outcomeOf(server, operation, headers, aims[aim]);
      }
      const expected = walkers.map((walker) => [walker.name, expectedOutcome(operationId, walker)]);
      expect(seen).toEqual(Object.fromEntries(expected));
    }
  });

  it('has let nobody make anything that they may not', async () => {
    const answer = await server.ask('/api/v1/audit?limit=1000&kind=access.denied');
    const { data } = (await answer.json()) as { readonly data: readonly Json[] };
    expect(data.length).toBeGreaterThan(0);
    expect(
      server
        .output()
        .split('\n')
        .filter((line) => line.includes(`"level":"error"`)),
    ).toEqual([]);
  });
});

async function documented(server: ServerProcess): Promise<readonly DocumentedOperation[]> {
  const document = (await (await server.ask('/openapi.json')).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  };
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => {
        const body = operation['requestBody'] as { readonly content: Json } | undefined;
        const contentTypes = Object.keys(body?.content ?? {});
        return { operationId: String(operation['operationId']), method: method.toUpperCase(), path, contentTypes };
      }),
  );
}

function byContentType(operation: DocumentedOperation): readonly DocumentedOperation[] {
  if (operation.contentTypes.length === 0) return [operation];
  return operation.contentTypes.map((type) => ({ ...operation, contentTypes: [type] }));
}

function expectedOutcome(operationId: string, { granted, aim }: Walker): Outcome {
  const takes = TAKES[operationId];
  if (takes === undefined) throw new Error(`${operationId} is not in the map`);
  if (takes === 'nothing') return 'through';
  if (granted === undefined) return 'unauthenticated';
  if (takes === 'a credential') return 'through';
  if (!granted.includes(takes)) return 'denied';
  return aim === 'of strangers' && FOR_MEMBERS.includes(operationId) ? 'denied' : 'through';
}

/** Everybody who walks, and what they ask about. */
async function prepared(
  server: ServerProcess,
  ring: TestRing,
): Promise<{ readonly walkers: readonly Walker[]; readonly aims: Readonly<Record<Walker['aim'], Aim>> }> {
  const people = Object.fromEntries(
    await Promise.all(ROLES.map(async (role) => [role, await personIn(server, role)] as const)),
  );
  const [manager, stranger, leaver, copied] = [
    people['event_manager'],
    await personIn(server, 'event_manager'),
    await personIn(server, 'admin'),
    await personIn(server, 'admin'),
  ];
  if (manager === undefined) throw new Error('there is no event_manager');
  const aims = {
    own: await aimOf(server, manager.access, false),
    'of strangers': await aimOf(server, manager.access, true),
  };
  await server.ask('/api/v1/auth/logout', {
    ...{ method: 'POST', headers: bearer(leaver.access) },
    key: leaver.access,
  });

  const claims = ring.claimsOf(copied.access);
  const now = systemClock.now();
  const past = { issuedAt: later(now, -3_600_000), expiresAt: later(now, -60_000) };
  const narrowed = await server.ask('/api/v1/api-keys', {
    ...{ method: 'POST', body: { name: 'narrowed', roles: ['admin'], permissions: ['event:read'] } },
  });
  const narrowKey = String(((await narrowed.json()) as Json)['key']);
  const nothing = (name: string, headers: Readonly<Record<string, string>>): Walker => ({
    ...{ name, headers, granted: undefined, aim: 'own' },
  });
  return {
    aims,
    walkers: [
      ...ROLES.map((role): Walker => {
        const headers = bearer(people[role]?.access ?? '');
        return { name: role, headers, granted: ROLE_PERMISSIONS[role], aim: 'own' };
      }),
      {
        ...{ name: 'no member', headers: bearer(stranger.access), aim: 'of strangers' },
        granted: ROLE_PERMISSIONS.event_manager,
      },
      { name: 'narrowed key', headers: { 'x-api-key': narrowKey }, granted: ['event:read'], aim: 'own' },
      nothing('no credential', {}),
      nothing('a token of nobody', bearer('a.b.c')),
      nothing('expired', bearer(ring.tokens().sign({ ...claims, ...past }))),
      nothing('revoked', bearer(leaver.access)),
      nothing('a refresh token', bearer(copied.refresh)),
      nothing('a refresh token as a key', { 'x-api-key': copied.refresh }),
      nothing('for another audience', bearer(ring.tokens({ audience: 'others' }).sign(claims))),
      nothing('of another issuer', bearer(ring.tokens({ issuer: 'https://evil.example' }).sign(claims))),
    ],
  };
}

async function aimOf(server: ServerProcess, token: string, membersOnly: boolean): Promise<Aim> {
  const type = `walk-${String(membersOnly)}`;
  const receiver = await makeReceiver(server, type);
  const event = await created(server, '/api/v1/events', eventOf(receiver, '1'));
  const body = {
    name: 'gate',
    type,
    version: '1',
    description: 'd',
    event_receiver_ids: [receiver],
    members_only: membersOnly,
  };
  const answer = await fetch(`${server.url}/api/v1/groups`, {
    ...{
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
  });
  if (answer.status !== 201) throw new Error(await answer.text());
  const { id: group } = (await answer.json()) as { readonly id: string };
  return { receiver, group, event, doomed: membersOnly ? group : ABSENT };
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

async function outcomeOf(
  server: ServerProcess,
  { operationId, method, path, contentTypes: [type] }: DocumentedOperation,
  headers: Readonly<Record<string, string>>,
  aim: Aim,
): Promise<Outcome> {
  const body = type === undefined ? undefined : bodyFor(operationId, type, aim);
  const answer = await fetch(server.url + pathFor(operationId, path, aim), {
    ...{ method, redirect: 'manual', signal: AbortSignal.timeout(20_000) },
    headers: { ...headers, 'if-match': '*', ...(type !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  });
  const text = await answer.text();
  if (answer.status >= 500 && answer.status !== 503) throw new Error(`${operationId} ${String(answer.status)} ${text}`);
  const { code } = answer.status >= 400 ? (JSON.parse(text) as { readonly code?: string }) : {};
  if (answer.status === 401 && code === 'UNAUTHENTICATED') return 'unauthenticated';
  if (answer.status === 403) return 'denied';
  return operationId === 'recordBatch' && isRefusedWhole(text) ? 'denied' : 'through';
}

/** Each event of a batch gets its own answer. */
function isRefusedWhole(text: string): boolean {
  const statuses = [...text.matchAll(/"status":(\d{3})/g)].map(([, status]) => status);
  return statuses.length > 0 && statuses.every((status) => status === '403');
}

/** What is there to be read, and what is not to be destroyed: who may would find out that it is not there. */
function pathFor(operationId: string, path: string, { receiver, group, event, doomed }: Aim): string {
  const isOfSubject = ['getVerdict', 'listVerdicts', 'listTimeline'].includes(operationId);
  const query = isOfSubject ? '?name=payments&version=2&release=1&platform_id=linux&package=oci' : '';
  const there: Readonly<Record<string, string>> = { receivers: receiver, groups: group, events: event };
  const id = operationId.startsWith('delete') ? doomed : (there[path.split('/')[3] ?? ''] ?? ABSENT);
  return path.replace('{id}', id).replace('{user_id}', ABSENT).replace('{provider}', 'nowhere') + query;
}

function bodyFor(operationId: string, type: string, { receiver, group }: Aim): string {
  const bodies: Readonly<Record<string, Json>> = {
    createReceiver: { name: 'n', type: unique(), version: '1', description: 'd', schema: true },
    changeReceiver: { description: 'changed by the walk' },
    createGroup: {
      name: 'n',
      type: unique(),
      version: '1',
      description: 'd',
      event_receiver_ids: [receiver],
      enabled: false,
    },
    changeGroup: { description: `changed by the walk of ${group}` },
    addMember: { user_id: ABSENT },
    recordEvent: eventOf(receiver, 'walk'),
    recordBatch: { events: [eventOf(receiver, 'walk'), eventOf(receiver, 'walk')] },
    createApiKey: { name: 'n', roles: ['user'], permissions: ['receiver:read'] },
    createUser: { username: unique(), roles: ['user'] },
  };
  if (type === 'application/x-ndjson') return `${JSON.stringify(eventOf(receiver, 'walk'))}\n`;
  return JSON.stringify(bodies[operationId] ?? {});
}

let count = 0;

function unique(): string {
  count += 1;
  return `walk-${String(count)}`;
}
