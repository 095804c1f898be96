import { randomFillSync } from 'node:crypto';

import type { Ids } from '@xzepr/core';
import { monotonicFactory } from 'ulidx';

/** Random words drawn at once: asking the system for each would cost a hundred times as much. */
const words = new Uint32Array(1_024);
let used = words.length;

function random(): number {
  if (used === words.length) {
    randomFillSync(words);
    used = 0;
  }
  const word = words[used] ?? 0;
  used += 1;
  return word / 2 ** 32;
}

const next = monotonicFactory(random);

/**
 * ULIDs in upper case; within one process each is greater than the one before.
 *
 * @public
 */
export const ulidIds: Ids = { next: () => next() };
