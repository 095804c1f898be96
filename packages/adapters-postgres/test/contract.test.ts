import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';
import { backendContract, historyProperty, identityContract, registryContract } from '@xzepr/adapter-testkit';

import { openPglite, openPostgres } from './harness.js';

const runner = { describe, it, beforeAll, beforeEach, afterAll };

describe.each([
  ['PostgreSQL', () => openPostgres(), 150],
  ['PGlite', openPglite, 40],
] as const)('%s', (_name, open, runs) => {
  backendContract(runner, open);
  registryContract(runner, open);
  identityContract(runner, open);

  it('decides random histories as the rule says', () => historyProperty(open, { runs }), 300_000);
});
