import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';

import { up as registry } from './migrations/0001-registry.js';
import { up as identity } from './migrations/0002-identity.js';

/**
 * The database was changed by a newer version of this package than this one.
 *
 * @public
 */
export class SchemaTooNewError extends Error {
  override readonly name = 'SchemaTooNewError';
  readonly code = 'SCHEMA_TOO_NEW';
  /** The migrations of the database that this version does not know. */
  readonly unknown: readonly string[];
  constructor(unknown: readonly string[]) {
    super(`the database has changes that this version does not know (${unknown.join(', ')}); run a newer version`);
    this.unknown = unknown;
  }
}

/**
 * What a migration did: the names of the changes that were made now, none when the database was up to date.
 *
 * @public
 */
export interface MigrationReport {
  readonly applied: readonly string[];
}

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_registry': { up: registry },
  '0002_identity': { up: identity },
};

/**
 * Brings the database to this version. Safe to run at the same time in several processes (one does it, under a lock, the
 * others wait and find it done), and again.
 *
 * @throws SchemaTooNewError the database is ahead of this version; nothing was changed
 * @internal
 */
export async function migrate(db: Kysely<unknown>): Promise<MigrationReport> {
  const unknown = (await appliedMigrations(db)).filter((name) => !Object.hasOwn(MIGRATIONS, name));
  if (unknown.length > 0) throw new SchemaTooNewError(unknown);
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('the migrations failed', { cause: error });
  return { applied: results.filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName) };
}

/**
 * Whether the database is at this version exactly.
 *
 * @internal
 */
export async function isMigrated(db: Kysely<unknown>): Promise<boolean> {
  const applied = new Set(await appliedMigrations(db));
  const known = Object.keys(MIGRATIONS);
  return applied.size === known.length && known.every((name) => applied.has(name));
}

async function appliedMigrations(db: Kysely<unknown>): Promise<readonly string[]> {
  const table = await sql<{
    readonly found: string | null;
  }>`select to_regclass('kysely_migration')::text as found`.execute(db);
  if (table.rows[0]?.found == null) return [];
  const { rows } = await sql<{ readonly name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}
