import { createClient, createCluster, createSentinel } from 'redis';
import type { RedisSentinelOptions } from 'redis';

import type { RedisAddress, RedisUrl } from './redis-url.js';

/** @public What is trusted on TLS connections, and who we are on them. Texts in PEM. */
export interface RedisTls {
  /** Who signs the servers' certificates, when it is nobody that Node trusts by itself. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** @internal What clients of the three kinds have in common, and all that is asked of them. */
export interface RedisClient {
  connect(): Promise<unknown>;
  /** Asks every server that takes writes whether it is there. */
  ping(): Promise<unknown>;
  eval(script: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>;
  del(key: string): Promise<number>;
  publish(channel: string, message: string): Promise<unknown>;
  /** Who to subscribe with, the most promising first. */
  subscribable(): readonly RedisAddress[];
  /** Lets go of everything at once. Never rejects. */
  destroy(): Promise<void>;
}

type NodeOptions = NonNullable<RedisSentinelOptions['nodeClientOptions']>;
type ErrorListener = (error: Error) => void;

const CONNECT_TIMEOUT_MS = 1_000;
const QUEUE_TIMEOUT_MS = 1_000;
const SILENCE_MS = 2_000;
const LONGEST_PAUSE_MS = 1_000;
const MOST_WAITING = 10_000;

/** @internal How every connection to a server of `url` is made. A password that is no one's business is in here. */
export function connectionOptions(url: RedisUrl, tls: RedisTls): NodeOptions {
  return {
    ...loginOf(url.username, url.password),
    ...(url.database !== 0 && { database: url.database }),
    ...connectionManners(url, tls),
  };
}

function loginOf(username: string | undefined, password: string | undefined): NodeOptions {
  return { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
}

/** Tries for ever, less and less often. A connection on which nothing moves is given up, so something has to: the ping. */
function connectionManners(url: RedisUrl, tls: RedisTls): NodeOptions {
  const timeouts = { connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_MS, reconnectStrategy: pauseMs };
  return {
    disableOfflineQueue: true,
    commandsQueueMaxLength: MOST_WAITING,
    pingInterval: SILENCE_MS / 4,
    socket: url.tls ? { ...timeouts, tls: true, ...tls } : timeouts,
  };
}

function pauseMs(retries: number): number {
  return Math.min(50 * 2 ** Math.min(retries, 10), LONGEST_PAUSE_MS) + Math.floor(Math.random() * 50);
}

/** @internal A client that is not connected yet. What goes wrong on its connections is told to `onError` and thrown nowhere. */
export function makeClient(url: RedisUrl, tls: RedisTls, onError: ErrorListener): RedisClient {
  switch (url.kind) {
    case 'single':
      return singleClient(url, tls, onError);
    case 'sentinel':
      return sentinelClient(url, tls, onError);
    case 'cluster':
      return clusterClient(url, tls, onError);
  }
}

const commandOptions = { timeout: QUEUE_TIMEOUT_MS };

function singleClient(url: RedisUrl, tls: RedisTls, onError: ErrorListener): RedisClient {
  const options = connectionOptions(url, tls);
  const client = createClient({ ...options, commandOptions, socket: { ...options.socket, ...url.addresses[0] } });
  client.on('error', onError);
  return {
    connect: () => client.connect(),
    ping: () => client.ping(),
    eval: (script, parameters) => client.eval(script, parameters),
    del: (key) => client.del(key),
    publish: (channel, message) => client.publish(channel, message),
    subscribable: () => url.addresses,
    destroy: async () => {
      if (client.isOpen) client.destroy();
      return Promise.resolve();
    },
  };
}

/** Sentinels say when the master changes; they are asked every second too, in case that was missed. */
function sentinelClient(url: RedisUrl, tls: RedisTls, onError: ErrorListener): RedisClient {
  const client = createSentinel({
    name: url.master,
    sentinelRootNodes: [...url.addresses],
    nodeClientOptions: connectionOptions(url, tls),
    sentinelClientOptions: { ...loginOf(undefined, url.sentinelPassword), ...connectionManners(url, tls) },
    commandOptions,
    scanInterval: 1_000,
    passthroughClientErrorEvents: true,
  });
  client.on('error', onError);
  return {
    connect: () => client.connect(),
    ping: () => client.sendCommand(false, ['PING']),
    eval: (script, parameters) => client.eval(script, parameters),
    del: (key) => client.del(key),
    publish: (channel, message) => client.publish(channel, message),
    subscribable: () => {
      const master = client.getMasterNode();
      return master === undefined ? [] : [master];
    },
    destroy: () => client.destroy().catch(onError),
  };
}

/** Connects to nodes as they are needed: one that is down must not keep the others waiting. */
function clusterClient(url: RedisUrl, tls: RedisTls, onError: ErrorListener): RedisClient {
  const client = createCluster({
    rootNodes: url.addresses.map((address) => ({ socket: { ...address } })),
    defaults: connectionOptions(url, tls),
    commandOptions,
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: 500,
  });
  client.on('error', onError);
  client.on('node-error', onError);
  return {
    connect: () => client.connect(),
    async ping() {
      if (client.masters.length === 0) throw new Error('no node of the cluster has answered yet');
      await Promise.all(client.masters.map(async (master) => (await client.nodeClient(master)).ping()));
    },
    eval: (script, parameters) => client.eval(script, parameters),
    del: (key) => client.del(key),
    publish: (channel, message) => client.publish(channel, message),
    subscribable: () => [...client.masters.map(({ host, port }) => ({ host, port })), ...url.addresses],
    destroy: async () => {
      if (client.isOpen) client.destroy();
      return Promise.resolve();
    },
  };
}
