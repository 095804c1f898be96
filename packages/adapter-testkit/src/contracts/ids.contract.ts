import assert from 'node:assert/strict';

import { parseId } from '@xzepr/core';
import type { Ids } from '@xzepr/core';

import { declareContract } from '../contract.js';
import type { Promises, TestRunner } from '../contract.js';

const MANY = 10_000;

const idsPromises: Promises<Ids> = {
  'makes ULIDs in upper case': async (ids) => {
    const id = ids.next();
    assert.equal(parseId(id), id);
    return Promise.resolve();
  },
  'makes each greater than the one before': async (ids) => {
    let last = ids.next();
    for (let count = 0; count < MANY; count += 1) {
      const next = ids.next();
      assert.ok(next > last, `${next} came after ${last}`);
      last = next;
    }
    return Promise.resolve();
  },
};

/**
 * What `Ids` promises.
 *
 * @public
 */
export function idsContract(runner: TestRunner, open: () => Promise<Ids>): void {
  declareContract(runner, 'ids', open, idsPromises);
}
