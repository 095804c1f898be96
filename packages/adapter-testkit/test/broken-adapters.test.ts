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
import * as brokenIdentity from './broken-identity-adapters.js';
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
        'adds one of several of one username that come at once',
        'adds a member once when several do at the same time',
        'lets one of several that bring one token at the same time find it unused',
        'gives a trip to one of several who bring its state at the same time',
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

  it.each<[string, Open, string]>([
    [
      'tells usernames apart by case',
      brokenIdentity.usernamesByCase,
      'says who has the username in any case, and then keeps nothing',
    ],
    [
      'lets nobody in who writes their name in another case',
      brokenIdentity.signsInByCase,
      'finds who wants to sign in without regard to case, with the password that was set last',
    ],
    [
      'counts keys that are dead',
      brokenIdentity.countsDeadKeys,
      'counts no API key that opens less, or not for good, or for an owner who may less',
    ],
    [
      'keeps members of no group',
      brokenIdentity.membersOutliveGroups,
      'keeps the members through changes of a group, and forgets them with it',
    ],
    [
      'gives a round trip twice',
      brokenIdentity.tripsTakenTwice,
      'gives a trip whole to whoever brings its state, and then to nobody',
    ],
    [
      'lets two rotate one token',
      brokenIdentity.sessionsNotHeld,
      'lets one of several that bring one token at the same time find it unused',
    ],
    [
      'does not prolong sessions',
      brokenIdentity.sessionsNotProlonged,
      'marks a token as used, gives the session the next and prolongs it to when that expires',
    ],
    [
      'ends one session too many',
      brokenIdentity.endsTheKeptSession,
      'ends every session of a user but one, and says how many that were',
    ],
    [
      'trusts what tokens say',
      brokenIdentity.trustsTokens,
      'knows nobody by a token of a session that has ended, is not there or is another user’s',
    ],
    [
      'forgets everything at once',
      brokenIdentity.forgetsUnbounded,
      'forgets sessions that have expired with all their tokens, the first to expire first',
    ],
    [
      'turns the audit log round',
      brokenIdentity.auditOldestFirst,
      'lists by id, newest first, in parts of any length, however they were added',
    ],
    ['finds no address', brokenIdentity.auditByNoAddress, 'lists those that fit everything that is given'],
    ['ends a time too late', brokenIdentity.auditUntilInclusive, 'lists from a time on, and until before one'],
    ['opens disabled groups', brokenIdentity.guardsOfEnabledGroups, 'gives groups that are disabled too'],
    ['loses a signing key', brokenIdentity.signingKeysReplaced, 'adds no second key of one kid'],
    [
      'holds tokens without their session',
      brokenIdentity.tokensHeldAlone,
      'shows a session as whoever held it before has left it, also to who brings another token of it',
    ],
    [
      'lets identities be taken over',
      brokenIdentity.identitiesTakenOver,
      'throws StoreRejectedError for an identity that is linked, and leaves it to whom it is linked to',
    ],
    ['folds usernames', brokenIdentity.foldsUsernames, 'finds nobody by a text that no username can be'],
    [
      'takes rotated keys again',
      brokenIdentity.rotatedKeysComeBack,
      'adds no key that another one was before its last rotation',
    ],
    [
      'takes no NUL into the audit log',
      brokenIdentity.auditWithoutNul,
      'keeps a NUL in a detail, and everything that is added beside it',
    ],
    [
      'loses audit entries',
      brokenIdentity.auditEntriesLost,
      'changes no entry: throws StoreRejectedError for an id that is taken',
    ],
  ])('fails an adapter of identity that %s', async (_what, open, promise) => {
    expect(await failedBy(open)).toContain(promise);
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
