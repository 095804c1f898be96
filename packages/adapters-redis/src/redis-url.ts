/** @public Where Redis is and how to be let in, as one setting says it. */
export interface RedisUrl {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  /** The server, the sentinels, or nodes of the cluster to ask for the others. */
  readonly addresses: readonly RedisAddress[];
  /** The name that the sentinels watch the master under; empty for the other kinds. */
  readonly master: string;
  readonly tls: boolean;
  /** Of the servers that hold data. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Of the sentinels themselves. */
  readonly sentinelPassword: string | undefined;
  readonly database: number;
}

/** @public */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** @public Why a text is no URL of a Redis. In words that go after "must", and never repeat a part of the text. */
export interface RedisUrlRefusal {
  readonly kind: 'refused';
  readonly must: string;
}

type Parsed<T> = { readonly value: T } | { readonly must: string };

const SHAPE = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(\/[^@?#]*)?(?:\?([^@#]*))?$/;
const BEGINNINGS = 'redis://, redis+sentinel:// or redis+cluster:// (rediss for TLS)';
const DEFAULT_PORT = { single: 6_379, sentinel: 26_379, cluster: 6_379 } as const;
const MOST_ADDRESSES = 50;

/**
 * Reads the URL of a Redis:
 *
 * - `redis://[user:password@]host[:port][/database]`: one server
 * - `redis+sentinel://[user:password@]host[:port],host[:port]/master[/database][?sentinel_password=…]`: the master that these
 *   sentinels know by that name, whichever it is at the time
 * - `redis+cluster://[user:password@]host[:port],host[:port]`: a cluster, found through any of these nodes
 *
 * `rediss` in place of `redis` means TLS on every connection. What is special in a URL is percent-encoded in user and password.
 *
 * @public
 */
export function parseRedisUrl(text: string): RedisUrl | RedisUrlRefusal {
  const parts = SHAPE.exec(text);
  if (parts === null)
    return refuse(
      `be a URL that begins with ${BEGINNINGS}; in a password write @ as %40, / as %2F, ? as %3F, # as %23`,
    );
  const [, scheme, variant, login, hosts = '', path = '', query] = parts;
  const kind = (variant ?? 'single') as RedisUrl['kind'];
  const read = {
    addresses: readAddresses(hosts, kind),
    place: readPath(path, kind),
    login: readLogin(login),
    query: readQuery(query, kind),
  };
  for (const part of Object.values(read)) if ('must' in part) return refuse(part.must);
  const { addresses, place, login: who, query: extra } = read as Values<typeof read>;
  return { kind, addresses: addresses.value, tls: scheme === 'rediss', ...place.value, ...who.value, ...extra.value };
}

type Values<Read> = { readonly [Part in keyof Read]: Extract<Read[Part], { readonly value: unknown }> };

function refuse(must: string): RedisUrlRefusal {
  return { kind: 'refused', must };
}

function readAddresses(text: string, kind: RedisUrl['kind']): Parsed<readonly RedisAddress[]> {
  const hosts = text.split(',');
  if (kind === 'single' && hosts.length > 1)
    return { must: 'name one host, or begin with redis+sentinel:// or redis+cluster:// when it names several' };
  if (hosts.length > MOST_ADDRESSES) return { must: `name at most ${MOST_ADDRESSES} hosts` };
  const addresses: RedisAddress[] = [];
  for (const [index, host] of hosts.entries()) {
    const address = readAddress(host, DEFAULT_PORT[kind]);
    if (address === undefined)
      return { must: `name hosts as host or host:port with a port from 1 to 65535; number ${index + 1} is none` };
    addresses.push(address);
  }
  return { value: addresses };
}

const ADDRESS = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/;

function readAddress(text: string, defaultPort: number): RedisAddress | undefined {
  const [, v6, name, digits] = ADDRESS.exec(text) ?? [];
  const host = v6 ?? name;
  const port = digits === undefined ? defaultPort : Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

function readPath(
  path: string,
  kind: RedisUrl['kind'],
): Parsed<{ readonly master: string; readonly database: number }> {
  const [first = '', ...others] = path.split('/').slice(1);
  if (kind !== 'sentinel') return readDatabase('', [first, ...others], kind);
  const master = decode(first);
  if (master === undefined || master === '')
    return { must: 'end in the name of the master, as in redis+sentinel://host:26379/mymaster' };
  return readDatabase(master, others, kind);
}

function readDatabase(master: string, steps: readonly string[], kind: RedisUrl['kind']): ReturnType<typeof readPath> {
  const [digits = '', ...more] = steps;
  if (more.length > 0 || !/^\d{0,4}$/.test(digits))
    return { must: 'have nothing in its path but a database, which is a number' };
  const database = Number(digits);
  if (kind === 'cluster' && database !== 0) return { must: 'name no database: a cluster has but one' };
  return { value: { master, database } };
}

function readLogin(
  login: string | undefined,
): Parsed<{ readonly username: string | undefined; readonly password: string | undefined }> {
  if (login === undefined) return { value: { username: undefined, password: undefined } };
  const colon = login.indexOf(':');
  if (colon === -1) return { must: 'have user:password@ or :password@ before the host' };
  const [username, password] = [decode(login.slice(0, colon)), decode(login.slice(colon + 1))];
  if (username === undefined || password === undefined) return { must: 'be percent-encoded in its user and password' };
  return {
    value: { username: username === '' ? undefined : username, password: password === '' ? undefined : password },
  };
}

function readQuery(
  query: string | undefined,
  kind: RedisUrl['kind'],
): Parsed<{ readonly sentinelPassword: string | undefined }> {
  if (query === undefined || query === '') return { value: { sentinelPassword: undefined } };
  const [, value] = /^sentinel_password=([^&=]+)$/.exec(query) ?? [];
  const sentinelPassword = decode(value ?? '%');
  if (kind !== 'sentinel' || sentinelPassword === undefined)
    return { must: 'have nothing after ?, or the sentinel_password of redis+sentinel://' };
  return { value: { sentinelPassword } };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
