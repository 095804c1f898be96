export { pgliteBackend, postgresBackend, postgresPoolConfig } from './backend.js';
export type { PostgresBackend, PostgresBackendOptions, PostgresPoolOptions } from './backend.js';
export { SchemaTooNewError } from './migrate.js';
export type { MigrationReport } from './migrate.js';
