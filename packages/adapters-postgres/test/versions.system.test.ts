import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { backendContract, historyProperty, registryContract } from '@xzepr/adapter-testkit';
import { Client } from 'pg';

import { startPostgres } from '../../../test/embedded-postgres.ts';
import type { TestPostgres } from '../../../test/embedded-postgres.ts';
import { openPostgres } from './harness.js';

const runner = { describe, it, beforeAll, beforeEach, afterAll };

// PostgreSQL 18 has its turn in contract.test.ts.
describe.each([15, 16, 17] as const)('PostgreSQL %i', (version) => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres({ durable: false, version });
  });
  afterAll(() => postgres.stop());

  it('is what answers', async () => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    const { rows } = await client.query<{ readonly server_version: string }>('show server_version');
    await client.end();
    expect(rows[0]?.server_version).toMatch(new RegExp(`^${String(version)}\\.`));
  });

  backendContract(runner, () => openPostgres(postgres.url));
  registryContract(runner, () => openPostgres(postgres.url));

  it('decides random histories as the rule says', () =>
    historyProperty(() => openPostgres(postgres.url), { runs: 50 }));
});
