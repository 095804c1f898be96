import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { freePort } from './embedded-postgres.ts';
import { startRedis, until } from './redis.ts';
import type { TestRedis } from './redis.ts';

/** Several Redis servers that belong together. */
export interface TestRedisSet {
  /** As the setting has it: one URL for all of them. */
  readonly url: string;
  /** The one that takes writes now; in a cluster those for `key`. */
  readonly master: (key?: string) => Promise<TestRedis>;
  readonly stop: () => Promise<void>;
}

const run = promisify(execFile);
const MASTER = 'xzepr';
const PASSWORD = 'p@ss/w:rd';

/** A master, a replica and three sentinels, which promote the replica about a second after the master is gone. */
export async function startSentinelSet(): Promise<TestRedisSet> {
  const settings = ['repl-diskless-sync-delay 0'];
  const first = await startRedis({ settings, password: PASSWORD });
  const replica = [...settings, `replicaof 127.0.0.1 ${first.port}`];
  const second = await startRedis({ settings: replica, password: PASSWORD });
  // Sentinels that start before the replica is linked take ten seconds longer to find it.
  await until(async () => (await second.ask('info', 'replication')).includes('master_link_status:up'), 'it replicates');
  const watch = [
    `sentinel monitor ${MASTER} 127.0.0.1 ${first.port} 2`,
    `sentinel auth-pass ${MASTER} ${PASSWORD}`,
    `sentinel down-after-milliseconds ${MASTER} 1000`,
    `sentinel failover-timeout ${MASTER} 5000`,
  ];
  const sentinels = await startAll(3, () => startRedis({ mode: 'sentinel', settings: watch }));
  for (const sentinel of sentinels)
    await until(async () => (await sentinel.ask('sentinel', 'ckquorum', MASTER)).startsWith('OK 3'), 'they agree');
  const addresses = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return {
    url: `redis+sentinel://:${encodeURIComponent(PASSWORD)}@${addresses}/${MASTER}`,
    async master() {
      const [, port] = (await sentinels[0]!.ask('sentinel', 'get-master-addr-by-name', MASTER)).split('\n');
      return [first, second].find((server) => String(server.port) === port) ?? first;
    },
    stop: () => stopAll([...sentinels, second, first]),
  };
}

/** Three masters and a replica of each; a replica takes over about two seconds after its master is gone. */
export async function startCluster(): Promise<TestRedisSet> {
  const settings = ['cluster-enabled yes', 'cluster-node-timeout 2000', 'repl-diskless-sync-delay 0'];
  const nodes = await startAll(6, async () => startRedis({ settings, port: await clusterPort() }));
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes']);
  for (const node of nodes) {
    await until(async () => (await node.ask('cluster', 'info')).includes('cluster_state:ok'), 'the cluster is whole');
    await until(async () => {
      const info = await node.ask('info', 'replication');
      return info.includes('master_link_status:up') || info.includes('state=online');
    }, 'every node has its twin');
  }
  return {
    url: `redis+cluster://${addresses.slice(0, 3).join(',')}`,
    async master(key = '') {
      const witness = nodes.at(-1)!;
      const slot = Number(await witness.ask('cluster', 'keyslot', key));
      const shards = (await witness.ask('cluster', 'nodes')).split('\n').map((line) => line.split(' '));
      const owner = shards.find(([, , flags, , , , , ...ranges]) => !flags!.includes('fail') && owns(ranges, slot));
      return nodes.find(({ port }) => owner?.[1]?.startsWith(`127.0.0.1:${port}@`) === true)!;
    },
    stop: () => stopAll(nodes),
  };
}

function owns(ranges: readonly string[], slot: number): boolean {
  return ranges
    .filter((range) => /^\d/.test(range))
    .some((range) => {
      const [from = 0, to = from] = range.split('-').map(Number);
      return from <= slot && slot <= to;
    });
}

/** The nodes of a cluster talk on a second port, 10,000 above. */
async function clusterPort(): Promise<number> {
  const port = await freePort();
  return port < 55_000 ? port : clusterPort();
}

/** One after the other: each asks for a free port. */
async function startAll(count: number, start: () => Promise<TestRedis>): Promise<readonly TestRedis[]> {
  const started: TestRedis[] = [];
  try {
    while (started.length < count) started.push(await start());
    return started;
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

async function stopAll(servers: readonly TestRedis[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}
