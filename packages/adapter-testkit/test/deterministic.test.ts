import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';

import { unixMs } from '@xzepr/core';

import {
  apiKeySecretsContract,
  clockContract,
  countingIds,
  countingSecrets,
  countingTokens,
  digestContract,
  guessableSecrets,
  idsContract,
  passwordHasherContract,
  plainPasswords,
  secretsContract,
  sha256Digest,
  steppingClock,
  tokensContract,
} from '../src/index.js';

const runner = { describe, it, beforeAll, beforeEach, afterAll };

clockContract(runner, () => {
  const clock = steppingClock();
  return Promise.resolve({ clock, unixMs: () => unixMs(clock.now()) });
});
idsContract(runner, () => Promise.resolve(countingIds()));
digestContract(runner, () => Promise.resolve(sha256Digest()));
apiKeySecretsContract(runner, () => Promise.resolve(countingSecrets()));
secretsContract(runner, () => Promise.resolve(guessableSecrets()));
passwordHasherContract(runner, () =>
  Promise.resolve({ passwords: plainPasswords(), otherwise: plainPasswords({ cost: 2 }) }),
);
tokensContract(runner, () => {
  const clock = steppingClock();
  const [tokens, stranger] = [countingTokens(clock), countingTokens(clock, 'strangers')];
  return Promise.resolve({ tokens, stranger, clock, leewaySeconds: 0 });
});
