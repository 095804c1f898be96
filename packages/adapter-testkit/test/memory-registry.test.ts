import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';

import { identityContract, openMemory, registryContract } from '../src/index.js';

const runner = { describe, it, beforeAll, beforeEach, afterAll };

registryContract(runner, openMemory);
identityContract(runner, openMemory);
