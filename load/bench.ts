/* Measures the server against what the same machine shows to be possible in the same run. See docs/bench.md. */
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Client } from 'pg';

import { startPostgres } from '../test/embedded-postgres.ts';
import { bareInserts } from './ceiling-insert.ts';
import { residentMiB, startServer } from './children.ts';
import type { Child } from './children.ts';
import { fillTo } from './fill.ts';
import { round } from './generator.ts';
import { openIdentityCost } from './identity-cost.ts';
import type { Round, Work } from './generator.ts';
import { eventBody, setUpRegistry, subjectQuery } from './registry-setup.ts';
import type { BenchRegistry } from './registry-setup.ts';
import { median, table } from './report.ts';
import type { Row } from './report.ts';
import { streamedEvents } from './stream.ts';

const KEY = 'bench-admin-key-0123456789abcdef0123456789';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '64' },
    /** Stored events at which everything is measured again, comma-separated. */
    stored: { type: 'string', default: '10000,1000000' },
    /** Minutes of steady load while the server's memory is watched; 0 for none. */
    soak: { type: 'string', default: '0' },
    /** Another server's address for `POST`, timed in the same rounds; with its body and headers. */
    peer: { type: 'string' },
    'peer-body': { type: 'string', default: '{}' },
    'peer-header': { type: 'string', multiple: true, default: [] },
    'peer-status': { type: 'string', default: '201' },
  },
});

const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const connections = Number(options.connections);

interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Every work once a round, one after the other, so that a noisy minute meets all of them. */
async function compare(works: Readonly<Record<string, Work>>): Promise<ReadonlyMap<string, Measured>> {
  const all = new Map<string, Round[]>(Object.keys(works).map((name) => [name, []]));
  for (let number = 0; number < rounds; number += 1) {
    for (const [name, work] of Object.entries(works)) all.get(name)?.push(await round(work, connections, seconds));
  }
  return new Map([...all].map(([name, taken]) => [name, medians(taken)]));
}

function medians(taken: readonly Round[]): Measured {
  const of = (key: keyof Round): number => median(taken.map((one) => one[key]));
  return { perSecond: of('perSecond'), p50Ms: of('p50Ms'), p99Ms: of('p99Ms') };
}

function worksFor(url: string, registry: BenchRegistry, eventIds: readonly string[]): Readonly<Record<string, Work>> {
  const headers = { 'x-api-key': KEY, 'content-type': 'application/json' };
  const path = '/api/v1/events';
  const [groupId = ''] = registry.groupIds;
  const verdict = `/api/v1/groups/${groupId}/verdict?`;
  const eventPath = (n: number): string => `${path}/${eventIds[n % eventIds.length] ?? ''}`;
  return {
    'POST /events': {
      url,
      method: 'POST',
      headers,
      path: () => path,
      body: (n) => eventBody(registry, n),
      expect: 201,
    },
    'GET /events/{id}': { url, method: 'GET', headers, path: eventPath, expect: 200 },
    'GET verdict': { url, method: 'GET', headers, path: (n) => verdict + subjectQuery(n), expect: 200 },
  };
}

function ceilingsFor(url: string): Readonly<Record<string, Work>> {
  const headers = { 'content-type': 'application/json' };
  const registry = {
    receiverId: '01JD0000000000000000000000',
    otherReceiverId: '01JD0000000000000000000001',
    groupIds: [],
  };
  const path = '/api/v1/events';
  return {
    'ceiling POST': {
      url,
      method: 'POST',
      headers,
      path: () => path,
      body: (n) => eventBody(registry, n),
      expect: 201,
    },
    'ceiling GET': { url, method: 'GET', headers, path: (n) => `${path}/${String(n)}`, expect: 200 },
  };
}

function peerWork(): Readonly<Record<string, Work>> {
  if (options.peer === undefined) return {};
  const { origin, pathname, search } = new URL(options.peer);
  const headers = Object.fromEntries(options['peer-header'].map((line) => line.split(/:\s*/, 2) as [string, string]));
  const body = options['peer-body'];
  const [path, expect] = [(): string => pathname + search, Number(options['peer-status'])];
  return { peer: { url: origin, method: 'POST', headers, path, body: () => body, expect } };
}

async function someEventIds(url: string): Promise<readonly string[]> {
  const answer = await fetch(`${url}/api/v1/events?limit=1000`, { headers: { 'x-api-key': KEY } });
  return ((await answer.json()) as { data: readonly { id: string }[] }).data.map(({ id }) => id);
}

function rowsOf(size: string, measured: ReadonlyMap<string, Measured>): readonly Row[] {
  const rate = (name: string): number => measured.get(name)?.perSecond ?? Number.NaN;
  return ['POST /events', 'GET /events/{id}', 'GET verdict'].map((work) => {
    const { perSecond: ours, p50Ms, p99Ms } = measured.get(work) ?? { perSecond: Number.NaN, p50Ms: 0, p99Ms: 0 };
    const ceiling = rate(work.startsWith('POST') ? 'ceiling POST' : 'ceiling GET');
    return { work: `${work} at ${size}`, ours, ceiling, wanted: 0.6, p50Ms, p99Ms };
  });
}

async function streamRow(size: string, url: string, registry: BenchRegistry, client: Client): Promise<Row> {
  const [ours, ceiling]: [number[], number[]] = [[], []];
  for (let number = 0; number < rounds; number += 1) {
    ceiling.push(await bareInserts(client, seconds));
    ours.push(await streamedEvents(url, KEY, registry, seconds));
  }
  return { work: `NDJSON stream at ${size}`, ours: median(ours), ceiling: median(ceiling), wanted: 0.5 };
}

/** Each against the same without limits: no less than 85 % of it. */
async function identityRows(env: Readonly<Record<string, string>>, registry: BenchRegistry): Promise<readonly Row[]> {
  const { works, stop } = await openIdentityCost(env, KEY, registry);
  try {
    const measured = await compare(works);
    const ceiling = measured.get('POST without limits')?.perSecond ?? Number.NaN;
    return [...measured].slice(1).map(([work, { perSecond: ours, p50Ms, p99Ms }]) => ({
      ...{ work, ours, ceiling, wanted: 0.85, p50Ms, p99Ms },
    }));
  } finally {
    await stop();
  }
}

/** Memory of the server once a second quarter has warmed it up, and at the end, in MiB. */
async function soak(minutes: number, server: Child, work: Work): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let step = 0; step < minutes * 6; step += 1) {
    await round(work, connections, 10);
    samples.push(await residentMiB(server.pid));
  }
  return samples;
}

async function main(): Promise<void> {
  const postgres = await startPostgres({ durable: true });
  const file = (name: string): string => new URL(name, import.meta.url).pathname;
  const env = {
    XZEPR__DATABASE__URL: postgres.url,
    XZEPR__BOOTSTRAP__ADMIN_KEY: KEY,
    // Counted, but never reached: a limit that stops the bench would measure nothing.
    ...Object.fromEntries(['ADMIN', 'SERVICE'].map((tier) => [`XZEPR__RATE_LIMIT__${tier}_PER_MINUTE`, '100000000'])),
    XZEPR__INTERNAL__PORT: '0',
  };
  const server = await startServer(file('../apps/server/dist/main.js'), env, '/health/ready');
  const express = await startServer(file('./ceiling-express.ts'), {}, '/');
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  try {
    const registry = await setUpRegistry(server.url, KEY);
    const rows: Row[] = [];
    for (const size of options.stored.split(',')) {
      await fillTo(client, registry, Number(size));
      const works = {
        ...worksFor(server.url, registry, await someEventIds(server.url)),
        ...ceilingsFor(express.url),
        ...peerWork(),
      };
      const measured = await compare(works);
      rows.push(...rowsOf(size, measured), await streamRow(size, server.url, registry, client));
      const peer = measured.get('peer');
      if (peer !== undefined) {
        const ceiling = measured.get('ceiling POST')?.perSecond ?? Number.NaN;
        rows.push({
          work: 'peer POST',
          ours: peer.perSecond,
          ceiling,
          wanted: 0,
          p50Ms: peer.p50Ms,
          p99Ms: peer.p99Ms,
        });
      }
      process.stdout.write(`${table(rows)}\n\n`);
    }
    rows.push(...(await identityRows(env, registry)));
    process.stdout.write(`${table(rows)}\n\n`);
    const post = worksFor(server.url, registry, [])['POST /events'];
    const memoryMiB = post === undefined ? [] : await soak(Number(options.soak), server, post);
    const report = {
      at: new Date().toISOString(),
      node: process.version,
      rounds,
      seconds,
      connections,
      rows,
      memoryMiB,
    };
    await mkdir('bench-results', { recursive: true });
    await writeFile('bench-results/latest.json', `${JSON.stringify(report, undefined, 2)}\n`);
    process.stdout.write(`${JSON.stringify(report)}\n`);
  } finally {
    await client.end();
    await Promise.all([server.stop(), express.stop()]);
    await postgres.stop();
  }
}

await main();
