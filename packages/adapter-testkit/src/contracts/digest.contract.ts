import assert from 'node:assert/strict';

import type { Digest } from '@xzepr/core';

import { AWKWARD_TEXTS } from '../awkward.js';
import { declareContract } from '../contract.js';
import type { Promises, TestRunner } from '../contract.js';
import { sha256Digest } from '../memory/deterministic.js';

const digestPromises: Promises<Digest> = {
  'is SHA-256 in lower-case hexadecimal digits, as FIPS 180-4 has it': async (digest) => {
    assert.equal(digest.sha256(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    assert.equal(digest.sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    return Promise.resolve();
  },
  'hashes the UTF-8 form of any text, however long': async (digest) => {
    const expected = sha256Digest();
    for (const text of [...AWKWARD_TEXTS, '1234567890'.repeat(100_000)])
      assert.equal(digest.sha256(text), expected.sha256(text));
    return Promise.resolve();
  },
};

/**
 * What `Digest` promises.
 *
 * @public
 */
export function digestContract(runner: TestRunner, open: () => Promise<Digest>): void {
  declareContract(runner, 'digest', open, digestPromises);
}
