import assert from 'node:assert/strict';

import type { Secrets } from '@xzepr/core';

import { declareContract } from '../contract.js';
import type { Promises, TestRunner } from '../contract.js';

const MANY = 1_000;

const secretsPromises: Promises<Secrets> = {
  'makes secrets of 43 digits of base64url, which are 256 bits': async (secrets) => {
    for (let count = 0; count < MANY; count += 1) assert.match(secrets.generate(), /^[\w-]{43}$/);
    return Promise.resolve();
  },
  'makes no secret twice': async (secrets) => {
    assert.equal(new Set(Array.from({ length: MANY }, () => secrets.generate())).size, MANY);
    return Promise.resolve();
  },
};

/**
 * What `Secrets` promises, as far as it can be seen from outside: that nobody can guess them cannot.
 *
 * @public
 */
export function secretsContract(runner: TestRunner, open: () => Promise<Secrets>): void {
  declareContract(runner, 'secrets', open, secretsPromises);
}
