import { describe, expect, it } from '@jest/globals';

import { apiKeySecretsContract, backendContract, countingSecrets } from '../src/index.js';
import type { BackendHarness } from '../src/index.js';
import {
  LISTS,
  LIST_FAULTS,
  READER_METHODS,
  STORE_METHODS,
  brokenReader,
  findsAnything,
  idleReader,
  idleStore,
  subjectsOfNothing,
} from './broken-methods.js';
import {
  CLAIMS,
  TABLES,
  answersNothing,
  keepsInPieces,
  keepsOneTable,
  locking,
  positionsTwice,
} from './broken-units.js';
import { outcomeOf } from './collecting-runner.js';

async function failedBy(open: () => Promise<BackendHarness>): Promise<readonly string[]> {
  const { failed } = await outcomeOf((runner) => {
    backendContract(runner, open);
  });
  return failed;
}

describe('the kit fails an adapter', () => {
  it.each(STORE_METHODS)('whose %s does nothing', async (name) => {
    expect(await failedBy(idleStore(name))).not.toEqual([]);
  });

  it.each(READER_METHODS)('whose %s finds nothing', async (name) => {
    expect(await failedBy(idleReader(name))).not.toEqual([]);
  });

  describe.each(Object.entries(LIST_FAULTS))('whose list %s', (_what, breakIt) => {
    it.each(LISTS)('%s', async (name) => {
      expect(await failedBy(brokenReader(name, breakIt))).not.toEqual([]);
    });
  });

  it.each(TABLES)('that does not take back what it wrote into %s', async (name) => {
    expect(await failedBy(keepsOneTable(name))).not.toEqual([]);
  });

  it.each(CLAIMS)('that does not claim %s, and one that does is sound', async (kind) => {
    expect(await failedBy(locking(kind))).not.toEqual([]);
    expect(await failedBy(locking())).toEqual([]);
  });

  it('that answers nothing', async () => {
    expect(await failedBy(answersNothing)).toContain('answers what the work answered');
  });

  it('that shows half of what a unit of work wrote', async () => {
    expect(await failedBy(keepsInPieces)).toEqual([
      'shows an answer of one moment: all of what a unit of work wrote, or nothing',
    ]);
  });

  it('that gives a position twice', async () => {
    expect(await failedBy(positionsTwice)).toEqual(['gives a new subject a place of its own when no fact moved it']);
  });

  it('that finds anything rather than nothing', async () => {
    expect(await failedBy(findsAnything)).toContain('finds nothing where nothing fits');
  });

  it('that settles subjects for a group that is not there', async () => {
    expect(await failedBy(subjectsOfNothing)).toEqual([
      'tells no subjects of a group that has none, or that is not there',
    ]);
  });
});

it('the kit fails API keys that are cut short, or come twice', async () => {
  const key = countingSecrets().generate().slice(0, -'_000000'.length);
  const { failed } = await outcomeOf((runner) => {
    apiKeySecretsContract(runner, () => Promise.resolve({ generate: () => key }));
  });
  expect(failed).toEqual([
    'makes keys that scanners can find: xzepr_, 32 bytes in base64url, a checksum',
    'makes no key twice',
  ]);
});
