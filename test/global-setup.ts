import { startPostgres } from './embedded-postgres.ts';
import type { TestPostgres } from './embedded-postgres.ts';

declare global {
  var testPostgres: TestPostgres | undefined;
}

/** One PostgreSQL for the whole run; each file of tests makes a database of its own in it. */
export default async function setUp(): Promise<void> {
  globalThis.testPostgres = await startPostgres({ durable: false });
  process.env['XZEPR_TEST_POSTGRES_URL'] = globalThis.testPostgres.url;
}
