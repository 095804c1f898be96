import assert from 'node:assert/strict';

import type { ApiKeySecrets } from '@xzepr/core';

import { declareContract } from '../contract.js';
import type { Promises, TestRunner } from '../contract.js';

const MANY = 1_000;
/** 32 bytes are 43 digits of base64url. */
const SECRET = /^xzepr_[\w-]{43}_[\w-]+$/;

const apiKeySecretsPromises: Promises<ApiKeySecrets> = {
  'makes keys that scanners can find: xzepr_, 32 bytes in base64url, a checksum': async (secrets) => {
    for (let count = 0; count < MANY; count += 1) assert.match(secrets.generate(), SECRET);
    return Promise.resolve();
  },
  'makes no key twice': async (secrets) => {
    assert.equal(new Set(Array.from({ length: MANY }, () => secrets.generate())).size, MANY);
    return Promise.resolve();
  },
};

/**
 * What `ApiKeySecrets` promises.
 *
 * @public
 */
export function apiKeySecretsContract(runner: TestRunner, open: () => Promise<ApiKeySecrets>): void {
  declareContract(runner, 'API key secrets', open, apiKeySecretsPromises);
}
