import { isIP } from 'node:net';

import { issuerFrom, providerFrom } from './provider-spec.js';
import { choice, flag, listOf, optional, secret, text, whole, wholeFrom, words } from './setting-spec.js';
import type { Parsed, SettingSpec } from './setting-spec.js';

function databaseUrl(given: string): Parsed<string> {
  return /^postgres(ql)?:\/\/./.test(given) && URL.canParse(given)
    ? { value: given }
    : { must: 'be a URL that begins with postgres://' };
}

function adminKey(given: string): Parsed<string> {
  return /^[\x21-\x7e]{32,200}$/.test(given) ? { value: given } : { must: 'be 32 to 200 printable ASCII characters' };
}

function longSecret(given: string): Parsed<string> {
  return given.length >= 32 && given.length <= 1_024 ? { value: given } : { must: 'be 32 to 1024 characters' };
}

/** An origin as a browser sends it, so that it can be compared as text. */
function isOrigin(given: string): boolean {
  return URL.canParse(given) && new URL(given).origin === given && /^https?:/.test(given);
}

function origin(given: string): Parsed<string> {
  return isOrigin(given) ? { value: given } : { must: 'be https://host or https://host:port, without a path' };
}

function httpUrl(given: string): Parsed<string> {
  const url = /^https?:\/\//.test(given) ? URL.parse(given) : null;
  const fits = url !== null && url.username === '' && url.password === '';
  return fits ? { value: given } : { must: 'be a URL of http or https, without a password in it' };
}

function redisUrl(given: string): Parsed<string> {
  return /^redis(s|\+sentinel|\+cluster)?:\/\/./.test(given)
    ? { value: given }
    : { must: 'be a URL of redis, rediss, redis+sentinel or redis+cluster' };
}

function path(given: string): Parsed<string> {
  return given === '' ? { must: 'name a file' } : { value: given };
}

const NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];
const TRUST = 'be a number of proxies, or addresses and networks with commas between them';

/** A number of proxies, or which. Never «everyone»: then any client could say where it came from. */
function trustProxy(given: string): Parsed<number | readonly string[]> {
  if (/^\d{1,2}$/.test(given)) return { value: Number(given) };
  const places = given.split(',').map((place) => place.trim());
  const isPlace = (place: string): boolean => {
    const [address = '', bits] = place.split('/', 2);
    const most = isIP(address) === 6 ? 128 : 32;
    const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 4 && Number(bits) <= most);
    return NETWORKS.includes(place) || (isIP(address) !== 0 && fits);
  };
  return places.every(isPlace) ? { value: places } : { must: TRUST };
}

const MIB = 1_048_576;
const DAY_SECONDS = 86_400;

/**
 * Every setting by its name below `XZEPR__`.
 *
 * @internal
 */
export const SPECS = {
  ENVIRONMENT: choice<'development' | 'staging' | 'production'>('development', 'staging', 'production'),
  SERVER__HOST: text('127.0.0.1'),
  SERVER__PORT: whole(3_000, 0, 65_535),
  SERVER__PUBLIC_URL: optional(origin),
  SERVER__TRUST_PROXY: { fallback: 0, parse: trustProxy } satisfies SettingSpec<number | readonly string[]>,
  SERVER__REPLICAS: optional(wholeFrom(1, 1_000)),
  TLS__CERT_FILE: optional(path),
  TLS__KEY_FILE: optional(path),
  CORS__ORIGINS: words('be origins like https://host, with commas between them', isOrigin),
  DATABASE__URL: secret(databaseUrl),
  DATABASE__PATH: text('./.xzepr'),
  DATABASE__POOL_SIZE: whole(10, 2, 500),
  DATABASE__STATEMENT_TIMEOUT_MS: whole(5_000, 100, 600_000),
  DATABASE__LOCK_TIMEOUT_MS: whole(1_500, 50, 600_000),
  DATABASE__CONNECT_TIMEOUT_MS: whole(1_500, 50, 600_000),
  DATABASE__DEADLINE_MS: whole(1_800, 100, 600_000),
  REDIS__URL: secret(redisUrl),
  BOOTSTRAP__ADMIN_KEY: secret(adminKey),
  LIMITS__EVENT_BYTES: whole(MIB, 1_024, 64 * MIB),
  LIMITS__BATCH_BYTES: whole(10 * MIB, 1_024, 256 * MIB),
  LIMITS__SCHEMA_BYTES: whole(65_536, 1_024, MIB),
  LIMITS__DEPTH: whole(64, 4, 500),
  LIMITS__QUERY_CHARACTERS: whole(8_192, 256, 65_536),
  LIMITS__HEADERS_TIMEOUT_MS: whole(10_000, 100, 600_000),
  LIMITS__BODY_TIMEOUT_MS: whole(30_000, 100, 600_000),
  LIMITS__IDLE_TIMEOUT_MS: whole(65_000, 1_000, 3_600_000),
  RATE_LIMIT__ENABLED: flag(true),
  RATE_LIMIT__ANONYMOUS_PER_MINUTE: whole(120, 1, 1_000_000),
  RATE_LIMIT__AUTHENTICATED_PER_MINUTE: whole(6_000, 1, 10_000_000),
  RATE_LIMIT__SERVICE_PER_MINUTE: whole(120_000, 1, 100_000_000),
  RATE_LIMIT__ADMIN_PER_MINUTE: whole(600_000, 1, 100_000_000),
  SIGN_IN__WINDOW_SECONDS: whole(900, 1, DAY_SECONDS),
  SIGN_IN__ATTEMPTS: whole(10, 1, 1_000),
  SIGN_IN__STRICT_ATTEMPTS: whole(3, 1, 1_000),
  SIGN_IN__ACCOUNT_FAILURES: whole(20, 1, 10_000),
  SIGN_IN__ADDRESS_ATTEMPTS: whole(100, 1, 100_000),
  PASSWORDS__MEMORY_KIB: whole(19_456, 8_192, 1_048_576),
  PASSWORDS__PASSES: whole(2, 1, 20),
  PASSWORDS__PARALLELISM: whole(1, 1, 16),
  TOKENS__ISSUER: text('xzepr'),
  TOKENS__AUDIENCE: text('xzepr'),
  TOKENS__ALGORITHM: choice<'ES256' | 'RS256' | 'HS256'>('ES256', 'RS256', 'HS256'),
  TOKENS__ACCESS_SECONDS: whole(900, 30, DAY_SECONDS),
  TOKENS__REFRESH_SECONDS: whole(7 * DAY_SECONDS, 60, 365 * DAY_SECONDS),
  TOKENS__SESSION_SECONDS: whole(30 * DAY_SECONDS, 60, 3_650 * DAY_SECONDS),
  TOKENS__LEEWAY_SECONDS: whole(30, 0, 60),
  TOKENS__WRAPPING_KEY: secret(longSecret),
  TOKENS__KEYS_FILE: optional(path),
  OIDC__PROVIDERS: listOf(providerFrom),
  WORKLOAD__ISSUERS: listOf(issuerFrom),
  OPA__URL: optional(httpUrl),
  OPA__TOKEN: secret((given) => (given === '' ? { must: 'not be empty' } : { value: given })),
  OPA__TIMEOUT_MS: whole(500, 1, 60_000),
  OPA__CACHE_SECONDS: whole(5, 1, 3_600),
  INTERNAL__HOST: text('127.0.0.1'),
  INTERNAL__PORT: whole(9_464, 0, 65_535),
  DOCS__ENABLED: flag(true),
} as const satisfies Readonly<Record<string, SettingSpec<unknown>>>;

/** @internal */
export type SettingName = keyof typeof SPECS;
/** @internal The value of each setting. */
export type Values = { readonly [N in SettingName]: (typeof SPECS)[N]['fallback'] };

/** @internal Names that are taken now and get their effect when their feature is there. */
export const LATER: readonly RegExp[] = [/^KAFKA__[A-Z0-9_]+$/];

/** @internal */
export function isKnown(name: string): name is SettingName {
  return Object.hasOwn(SPECS, name);
}
