import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';

import { unixMs } from '@xzepr/core';

import {
  apiKeySecretsContract,
  clockContract,
  countingIds,
  countingSecrets,
  digestContract,
  idsContract,
  sha256Digest,
  steppingClock,
} from '../src/index.js';

const runner = { describe, it, beforeAll, beforeEach, afterAll };

clockContract(runner, () => {
  const clock = steppingClock();
  return Promise.resolve({ clock, unixMs: () => unixMs(clock.now()) });
});
idsContract(runner, () => Promise.resolve(countingIds()));
digestContract(runner, () => Promise.resolve(sha256Digest()));
apiKeySecretsContract(runner, () => Promise.resolve(countingSecrets()));
