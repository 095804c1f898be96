import type { PGlite } from '@electric-sql/pglite';
import type { RegistryReader, UnitOfWork } from '@xzepr/core';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import type { Pool, PoolConfig } from 'pg';

import { postgresApiKeyReader } from './api-key-store.js';
import { postgresAuditReader } from './audit-log.js';
import { postgresEventReader } from './event-reader.js';
import { postgresGateReader } from './gate-reader.js';
import { registryErrorOf } from './map-pg-error.js';
import { isMigrated, migrate } from './migrate.js';
import type { MigrationReport } from './migrate.js';
import { pgDatabase } from './pg-database.js';
import { pgliteDatabase } from './pglite-database.js';
import { postgresReconciliationReader } from './reconciliation-reader.js';
import { postgresGroupReader, postgresReceiverReader } from './registry-readers.js';
import type { SqlDatabase } from './sql.js';
import { postgresUserReader } from './user-reader.js';
import { postgresUnitOfWork } from './unit-of-work.js';

/**
 * A registry's store on PostgreSQL or PGlite.
 *
 * @public
 */
export interface PostgresBackend {
  readonly unitOfWork: UnitOfWork;
  readonly reader: RegistryReader;
  /**
   * Brings the database to this version. Several processes may do so at once, and again.
   *
   * @throws SchemaTooNewError the database is ahead of this version; nothing was changed
   */
  migrate(): Promise<MigrationReport>;
  /** Whether the database is at this version exactly. @throws StoreUnavailableError it does not answer */
  isMigrated(): Promise<boolean>;
  /** @throws StoreUnavailableError the database does not answer in time */
  ping(): Promise<void>;
  /** Ends the connections after what is under way, and the database itself where that is PGlite. */
  close(): Promise<void>;
}

/** @public */
export interface PostgresBackendOptions {
  /** The longest that anything may take, waiting for a connection included, in milliseconds; 1,800 when left out. */
  readonly deadlineMs?: number;
}

/** @public What a pool for {@link postgresBackend} is made from. Times are in milliseconds. */
export interface PostgresPoolOptions {
  readonly connectionString: string;
  /** Connections at most; 10 when left out. */
  readonly poolSize?: number;
  /** 1,500 when left out. */
  readonly connectTimeoutMs?: number;
  /** What the database gives up after by itself; 5,000 when left out. */
  readonly statementTimeoutMs?: number;
  /** 1,500 when left out. */
  readonly lockTimeoutMs?: number;
  /** How long a transaction of a process that has stopped may go on holding its claims; 5,000 when left out. */
  readonly idleInTransactionTimeoutMs?: number;
  /** How the connections call themselves in the database; `xzepr` when left out. */
  readonly applicationName?: string;
}

const DEADLINE_MS = 1_800;

/**
 * Settings of a pool as {@link postgresBackend} needs it. Statements are sent without waiting for the one before. The planner
 * is told to use the indexes: prepared statements are planned while tables are small, and must still be right when they are not.
 *
 * @public
 */
export function postgresPoolConfig(options: PostgresPoolOptions): PoolConfig & { readonly pipeline: true } {
  return {
    connectionString: options.connectionString,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 1_500,
    statement_timeout: options.statementTimeoutMs ?? 5_000,
    lock_timeout: options.lockTimeoutMs ?? 1_500,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 5_000,
    application_name: options.applicationName ?? 'xzepr',
    options: '-c enable_seqscan=off -c jit=off -c plan_cache_mode=force_generic_plan -c timezone=UTC',
    keepAlive: true,
    pipeline: true,
  };
}

/**
 * The store on PostgreSQL 15 or later. The pool is the caller's in that it is made by them; closing the backend ends it.
 *
 * @public
 */
export function postgresBackend(pool: Pool, options: PostgresBackendOptions = {}): PostgresBackend {
  const database = pgDatabase(pool, options.deadlineMs ?? DEADLINE_MS);
  return backendOver(database, new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }));
}

/**
 * The store on PGlite: PostgreSQL in this process, for one process. Guard its folder: two processes on one lose rows.
 *
 * @public
 */
export function pgliteBackend(pglite: PGlite): PostgresBackend {
  const migrations = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite }) });
  return backendOver(pgliteDatabase(pglite), migrations);
}

function backendOver(database: SqlDatabase, migrations: Kysely<unknown>): PostgresBackend {
  return {
    unitOfWork: postgresUnitOfWork(database),
    reader: {
      events: postgresEventReader(database),
      receivers: postgresReceiverReader(database),
      groups: postgresGroupReader(database),
      gates: postgresGateReader(database),
      reconciliations: postgresReconciliationReader(database),
      apiKeys: postgresApiKeyReader(database),
      users: postgresUserReader(database),
      audit: postgresAuditReader(database),
    },
    migrate: () => mapped(migrate(migrations)),
    isMigrated: () => mapped(isMigrated(migrations)),
    async ping() {
      await database.query(PING, []);
    },
    close: () => database.close(),
  };
}

const PING = { name: 'ping', text: 'select 1 as one' };

async function mapped<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw registryErrorOf(error);
  }
}
