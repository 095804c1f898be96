import { PGlite } from '@electric-sql/pglite';
import { pgliteBackend, postgresBackend, postgresPoolConfig } from '@xzepr/adapters-postgres';
import type { PostgresBackend } from '@xzepr/adapters-postgres';
import { Pool } from 'pg';

import { lockFolder } from './folder-lock.js';
import type { Settings } from './settings/settings.js';

/**
 * The store that the settings name: PostgreSQL, or the embedded database in its folder, which this process then has for itself.
 *
 * @throws FolderLockedError another process has the folder
 */
export function openStore({ database }: Settings): PostgresBackend {
  if (database.url === undefined) return embedded(database.path);
  const { url: connectionString, poolSize, statementTimeoutMs, lockTimeoutMs, connectTimeoutMs, deadlineMs } = database;
  const options = { connectionString, poolSize, statementTimeoutMs, lockTimeoutMs, connectTimeoutMs };
  return postgresBackend(new Pool(postgresPoolConfig(options)), { deadlineMs });
}

function embedded(folder: string): PostgresBackend {
  const unlock = lockFolder(folder);
  const backend = pgliteBackend(new PGlite(folder));
  return {
    ...backend,
    async close() {
      await backend.close();
      unlock();
    },
  };
}
