import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from '@jest/globals';
import { backendContract, historyProperty, registryContract } from '@xzepr/adapter-testkit';

import { openPglite, openPostgres } from './harness.js';

const runner = { describe, it, beforeAll, beforeEach, afterAll, afterEach };

describe('PostgreSQL', () => {
  backendContract(runner, () => openPostgres());
  registryContract(runner, () => openPostgres());
});
