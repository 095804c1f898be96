import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';
import {
  apiKeySecretsContract,
  clockContract,
  digestContract,
  idsContract,
  passwordHasherContract,
  payloadSchemasContract,
  rateLimiterContract,
  secretsContract,
} from '@xzepr/adapter-testkit';

import {
  apiKeySecrets,
  argon2Passwords,
  jsonSchemas,
  memoryRateLimiter,
  secrets,
  sha256Digest,
  systemClock,
  ulidIds,
} from '../src/index.js';

const runner = { describe, it, beforeAll, beforeEach, afterAll };

clockContract(runner, () => Promise.resolve({ clock: systemClock, unixMs: () => Date.now() }));
idsContract(runner, () => Promise.resolve(ulidIds));
digestContract(runner, () => Promise.resolve(sha256Digest));
apiKeySecretsContract(runner, () => Promise.resolve(apiKeySecrets));
secretsContract(runner, () => Promise.resolve(secrets));
passwordHasherContract(runner, () => {
  const [passwords, otherwise] = [argon2Passwords({ memoryKiB: 64 }), argon2Passwords({ memoryKiB: 32, passes: 3 })];
  return Promise.resolve({ passwords, otherwise });
});
rateLimiterContract(runner, () => Promise.resolve({ limiter: memoryRateLimiter(), pass: (ms) => sleep(ms) }));
payloadSchemasContract(runner, () => {
  const payloads = jsonSchemas();
  return Promise.resolve({ payloads, close: () => payloads.close() });
});
