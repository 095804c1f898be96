import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';

import { openMemory, registryContract } from '../src/index.js';

registryContract({ describe, it, beforeAll, beforeEach, afterAll }, openMemory);
