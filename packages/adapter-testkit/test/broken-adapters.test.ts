import { describe, expect, it } from '@jest/globals';

import {
  backendContract,
  clockContract,
  countingIds,
  digestContract,
  historyProperty,
  idsContract,
  memoryBackend,
  memoryPayloads,
  openMemory,
  payloadSchemasContract,
  registryContract,
  sha256Digest,
  steppingClock,
} from '../src/index.js';
import type { BackendHarness } from '../src/index.js';
import * as broken from './broken-adapters.js';
import { outcomeOf } from './collecting-runner.js';

type Open = () => Promise<BackendHarness>;

const HISTORIES = { runs: 300, seed: 1 };

async function failedBy(open: Open): Promise<readonly string[]> {
  return (
    await outcomeOf((runner) => {
      backendContract(runner, open);
    })
  ).failed;
}

describe('the kit', () => {
  it('finds nothing wrong with a sound adapter', async () => {
    const { passed, failed } = await outcomeOf((runner) => {
      backendContract(runner, openMemory);
      registryContract(runner, openMemory);
    });
    expect(failed).toEqual([]);
    expect(passed.length).toBeGreaterThan(200);
  });

  it.each<[string, Open, readonly string[]]>([
    [
      'does not take back',
      broken.withoutRollback,
      [
        'keeps none of the writes of work that rejects, and throws what the work threw',
        'keeps no event, gate state or edge of work that rejects',
        'takes back changes and removals of work that rejects',
      ],
    ],
    [
      'shows what is not kept yet',
      broken.withoutDrafts,
      [
        'shows nobody what is written by work that then rejects',
        'keeps none of the writes of work that rejects, and throws what the work threw',
      ],
    ],
    [
      'does not isolate',
      broken.withoutIsolation,
      [
        'keeps units of work on one subject apart',
        'keeps units of work apart that share one of several subjects',
        'keeps units of work that change one receiver apart',
        'keeps units of work on one idempotency key apart',
        'lets nobody change a receiver while others post to it',
        'adds one of several of one name that come at once',
        'lets one of several go on that come at once',
      ],
    ],
    ['lists in the wrong order', broken.wrongOrder, ['lists by position in either order, in parts of any length']],
    [
      'begins a part with the one before',
      broken.partsOverlap,
      ['lists by position in either order, in parts of any length'],
    ],
    ['takes filters for patterns', broken.filterIsPattern, ['takes no sign in a filter for a pattern']],
    ['leaves something out of the feed', broken.feedRowMissing, ['adds every write to the feed']],
    [
      'has things twice',
      broken.duplicates,
      [
        'says who has the name, type and version, and then keeps nothing',
        'names a gate and subject once that several posts lead to, and each subject for itself',
      ],
    ],
    ['changes evidence', broken.evidenceChanged, ['keeps a payload byte for byte', 'keeps microseconds']],
    ['goes on blindly', broken.advancesBlindly, ['stays where it is when it is not any more where the caller saw it']],
    ['forgets which rule decided', broken.forgetsRules, ['tells where a gate stood, for each subject']],
    [
      'confuses outcomes',
      broken.confusesOutcomes,
      ['tells where receivers stand, by their newest event and whether any was a success'],
    ],
  ])('fails an adapter that %s', async (_what, open, promises) => {
    expect(await failedBy(open)).toEqual(expect.arrayContaining([...promises]));
  });

  it.each<[string, Open]>([
    ['does not isolate', broken.withoutIsolation],
    ['forgets which rule decided', broken.forgetsRules],
    ['confuses outcomes', broken.confusesOutcomes],
    ['leaves something out', broken.wrongOrder],
  ])('fails the registry on an adapter that %s', async (_what, open) => {
    const { failed } = await outcomeOf((runner) => {
      registryContract(runner, open);
    });
    expect(failed).not.toEqual([]);
  });

  it.each<[string, Open]>([
    ['does not isolate', broken.withoutIsolation],
    ['forgets which rule decided', broken.forgetsRules],
    ['confuses outcomes', broken.confusesOutcomes],
  ])('finds a history that comes out wrong on an adapter that %s', async (_what, open) => {
    await expect(historyProperty(open, HISTORIES)).rejects.toThrow('Property failed');
  });

  it('fails ids that do not increase, a clock without microseconds, and another digest', async () => {
    const [id, clock] = [countingIds().next(), steppingClock()];
    const { failed } = await outcomeOf((runner) => {
      idsContract(runner, () => Promise.resolve({ next: () => id }));
      const now = (): ReturnType<typeof clock.now> => clock.now().replace('000Z', 'Z') as ReturnType<typeof clock.now>;
      clockContract(runner, () => Promise.resolve({ clock: { now }, unixMs: () => 0 }));
      digestContract(runner, () =>
        Promise.resolve({ sha256: (text) => sha256Digest().sha256(text.normalize()).toUpperCase() }),
      );
    });
    expect(failed).toEqual([
      'makes each greater than the one before',
      'tells a moment in UTC with six digits of the second',
      'tells the time that it goes by',
      'is SHA-256 in lower-case hexadecimal digits, as FIPS 180-4 has it',
      'hashes the UTF-8 form of any text, however long',
    ]);
  });

  it('fails payload schemas that know nothing of JSON Schema', async () => {
    const open = (): ReturnType<Parameters<typeof payloadSchemasContract>[1]> =>
      Promise.resolve({ payloads: memoryPayloads(), close: () => Promise.resolve() });
    const { failed } = await outcomeOf((runner) => {
      payloadSchemasContract(runner, open);
    });
    expect(failed).toEqual(
      expect.arrayContaining(['goes by $schema, and knows its drafts', 'asserts the standard formats']),
    );
  });
});

describe('the in-memory adapter', () => {
  it('asks for a claim that is missing, so that no use case goes without', async () => {
    const { unitOfWork } = memoryBackend();
    const post = { receiverId: countingIds().next() as never, subjectHash: 'a'.repeat(64) as never };
    const run = unitOfWork.run({ subjects: [post.subjectHash] }, ({ events }) => events.gatesTouchedBy([post]));
    await expect(run).rejects.toThrow('did not claim receiver');
  });
});
