import { randomBytes } from 'node:crypto';

import { Client } from 'pg';

/** A database of its own for one file of tests. */
export interface TestDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** An empty database in the PostgreSQL of this run, or in the one at `serverUrl`. */
export async function createTestDatabase(
  serverUrl: string | undefined = process.env['XZEPR_TEST_POSTGRES_URL'],
): Promise<TestDatabase> {
  if (serverUrl === undefined)
    throw new Error('there is no PostgreSQL; run the tests through jest with its global set-up');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await asAdmin(serverUrl, `create database ${name} template template0 encoding 'UTF8' locale 'C'`);
  const url = new URL(serverUrl);
  url.pathname = name;
  return { url: url.href, drop: () => asAdmin(serverUrl, `drop database if exists ${name} with (force)`) };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
