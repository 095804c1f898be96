import { describe, it } from '@jest/globals';

import { historyProperty, openMemory } from '../src/index.js';

const TEN_THOUSAND = 10_000;

describe('histories', () => {
  it(
    'come to what the rule says, whatever happens in them',
    () => historyProperty(openMemory, { runs: TEN_THOUSAND }),
    120_000,
  );
});
