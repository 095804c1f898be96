import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';

import { backendContract, openMemory } from '../src/index.js';

backendContract({ describe, it, beforeAll, beforeEach, afterAll }, openMemory);
