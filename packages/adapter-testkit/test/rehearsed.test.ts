import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';

import { historyProperty, identityContract, openMemory, registryContract } from '../src/index.js';
import type { BackendHarness } from '../src/index.js';

const A_MINUTE = 60_000;

class TakenBack extends Error {}

/** Runs everything twice and keeps the second time, as a store does that retries. */
async function openRehearsed(): Promise<BackendHarness> {
  const harness = await openMemory();
  return {
    ...harness,
    unitOfWork: {
      async run(scope, work) {
        const rehearsal = harness.unitOfWork.run(scope, async (stores) => {
          await work(stores);
          throw new TakenBack();
        });
        await rehearsal.catch((error: unknown) => {
          if (!(error instanceof TakenBack)) throw error;
        });
        return harness.unitOfWork.run(scope, work);
      },
    },
  };
}

describe('on a store that runs work twice', () => {
  const runner = { describe, it, beforeAll, beforeEach, afterAll };
  registryContract(runner, openRehearsed);
  identityContract(runner, openRehearsed);

  it('histories come to what the rule says', () => historyProperty(openRehearsed, { runs: 500 }), A_MINUTE);
});
