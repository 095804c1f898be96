import { createHash } from 'node:crypto';

import { SPECS } from './specs.js';
import type { SettingName, Values } from './specs.js';

const DIGEST_CHARACTERS = 16;

/** @internal What the server is set to. Frozen once it is read. */
export type Settings = ReturnType<typeof settingsOf>;

/** @internal The settings in the shape in which the server uses them. */
export function settingsOf(v: Values) {
  return { ...serving(v), ...storing(v), ...limiting(v), ...knowing(v), digest: digestOf(v) };
}

/** Tells one set of settings from another, by all that is not secret: who reads the audit log sees when they changed. */
function digestOf(v: Values): string {
  const open = Object.entries(SPECS).filter(([, spec]) => (spec as { readonly secret?: boolean }).secret !== true);
  const text = JSON.stringify(open.map(([name]) => [name, v[name as SettingName] ?? null]));
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_CHARACTERS);
}

function serving(v: Values) {
  return {
    environment: v.ENVIRONMENT,
    server: {
      ...{
        host: v.SERVER__HOST,
        port: v.SERVER__PORT,
        publicUrl: v.SERVER__PUBLIC_URL,
        replicas: v.SERVER__REPLICAS ?? 1,
      },
      trustProxy: v.SERVER__TRUST_PROXY,
    },
    tls:
      v.TLS__CERT_FILE === undefined || v.TLS__KEY_FILE === undefined
        ? undefined
        : { certFile: v.TLS__CERT_FILE, keyFile: v.TLS__KEY_FILE },
    origins: v.CORS__ORIGINS,
    internal: { host: v.INTERNAL__HOST, port: v.INTERNAL__PORT },
    docs: v.DOCS__ENABLED,
  };
}

function storing(v: Values) {
  return {
    /** Without a URL: the embedded database in `path`. */
    database: {
      ...{ url: v.DATABASE__URL, path: v.DATABASE__PATH, poolSize: v.DATABASE__POOL_SIZE },
      statementTimeoutMs: v.DATABASE__STATEMENT_TIMEOUT_MS,
      lockTimeoutMs: v.DATABASE__LOCK_TIMEOUT_MS,
      connectTimeoutMs: v.DATABASE__CONNECT_TIMEOUT_MS,
      deadlineMs: v.DATABASE__DEADLINE_MS,
    },
    redis: { url: v.REDIS__URL },
    bootstrap: { adminKey: v.BOOTSTRAP__ADMIN_KEY },
  };
}

function limiting(v: Values) {
  return {
    limits: {
      eventBytes: v.LIMITS__EVENT_BYTES,
      batchBytes: v.LIMITS__BATCH_BYTES,
      schemaBytes: v.LIMITS__SCHEMA_BYTES,
      depth: v.LIMITS__DEPTH,
      queryCharacters: v.LIMITS__QUERY_CHARACTERS,
      headersTimeoutMs: v.LIMITS__HEADERS_TIMEOUT_MS,
      bodyTimeoutMs: v.LIMITS__BODY_TIMEOUT_MS,
      idleTimeoutMs: v.LIMITS__IDLE_TIMEOUT_MS,
    },
    rateLimit: {
      enabled: v.RATE_LIMIT__ENABLED,
      perMinute: {
        anonymous: v.RATE_LIMIT__ANONYMOUS_PER_MINUTE,
        authenticated: v.RATE_LIMIT__AUTHENTICATED_PER_MINUTE,
        service: v.RATE_LIMIT__SERVICE_PER_MINUTE,
        admin: v.RATE_LIMIT__ADMIN_PER_MINUTE,
      },
    },
    signIn: {
      windowSeconds: v.SIGN_IN__WINDOW_SECONDS,
      attempts: v.SIGN_IN__ATTEMPTS,
      strictAttempts: v.SIGN_IN__STRICT_ATTEMPTS,
      accountFailures: v.SIGN_IN__ACCOUNT_FAILURES,
      addressAttempts: v.SIGN_IN__ADDRESS_ATTEMPTS,
    },
  };
}

function knowing(v: Values) {
  return {
    passwords: {
      memoryKiB: v.PASSWORDS__MEMORY_KIB,
      passes: v.PASSWORDS__PASSES,
      parallelism: v.PASSWORDS__PARALLELISM,
    },
    tokens: {
      ...{ issuer: v.TOKENS__ISSUER, audience: v.TOKENS__AUDIENCE, algorithm: v.TOKENS__ALGORITHM },
      ...{ accessSeconds: v.TOKENS__ACCESS_SECONDS, refreshSeconds: v.TOKENS__REFRESH_SECONDS },
      ...{ sessionSeconds: v.TOKENS__SESSION_SECONDS, leewaySeconds: v.TOKENS__LEEWAY_SECONDS },
      ...{ wrappingKey: v.TOKENS__WRAPPING_KEY, keysFile: v.TOKENS__KEYS_FILE },
    },
    providers: v.OIDC__PROVIDERS,
    issuers: v.WORKLOAD__ISSUERS,
    opa: { url: v.OPA__URL, token: v.OPA__TOKEN, timeoutMs: v.OPA__TIMEOUT_MS, cacheSeconds: v.OPA__CACHE_SECONDS },
  };
}
