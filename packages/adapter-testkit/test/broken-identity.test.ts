import { describe, expect, it } from '@jest/globals';
import { later } from '@xzepr/core';
import type { AccessClaims, PasswordHasher, TokenSigner, TokenVerifier } from '@xzepr/core';

import {
  countingTokens,
  guessableSecrets,
  passwordHasherContract,
  plainPasswords,
  secretsContract,
  steppingClock,
  tokensContract,
} from '../src/index.js';
import type { SteppingClock } from '../src/index.js';
import { outcomeOf } from './collecting-runner.js';

type Tokens = TokenSigner & TokenVerifier;
type BreakTokens = (sound: Tokens, clock: SteppingClock) => Partial<Tokens>;

/** Reads a token of the kit's without asking whether it is good. */
function unchecked(token: string): AccessClaims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as AccessClaims;
}

async function failedByTokens(breakThem: BreakTokens): Promise<readonly string[]> {
  const clock = steppingClock();
  const sound = countingTokens(clock);
  const tokens = { ...sound, ...breakThem(sound, clock) };
  const open = { tokens, stranger: countingTokens(clock, 'strangers'), clock, leewaySeconds: 0 };
  const { failed } = await outcomeOf((runner) => {
    tokensContract(runner, () => Promise.resolve(open));
  });
  return failed;
}

async function failedByPasswords(
  breakThem: (sound: PasswordHasher) => Partial<PasswordHasher>,
): Promise<readonly string[]> {
  const sound = plainPasswords();
  const passwords = { ...sound, ...breakThem(sound) };
  const { failed } = await outcomeOf((runner) => {
    passwordHasherContract(runner, () => Promise.resolve({ passwords, otherwise: plainPasswords({ cost: 2 }) }));
  });
  return failed;
}

describe('the kit fails tokens that', () => {
  it.each<readonly [string, BreakTokens, string]>([
    [
      'are taken for ever once they were read',
      (sound) => {
        const seen = new Map<string, AccessClaims>();
        return {
          verify(token) {
            const read = seen.get(token) ?? sound.verify(token);
            if (read !== undefined) seen.set(token, read);
            return read;
          },
        };
      },
      'takes a token until it expires and not any more then, however often it was asked',
    ],
    [
      'live a second longer',
      (sound) => ({ sign: (claims) => sound.sign({ ...claims, expiresAt: later(claims.expiresAt, 1_000) }) }),
      'cuts times to whole seconds at most, and never makes a life longer',
    ],
    [
      'are read by whoever signed them',
      (sound) => ({
        verify: (token) => sound.verify(token) ?? (token.startsWith('test.') ? unchecked(token) : undefined),
      }),
      'takes no token of another registry',
    ],
    [
      'are trimmed',
      (sound) => ({ verify: (token) => sound.verify(token.trim()) }),
      'takes no token that was altered, shortened or lengthened anywhere',
    ],
    [
      'throw',
      (sound) => ({ verify: (token) => sound.verify(token) ?? unchecked(token) }),
      'takes nothing that is no token, and never throws',
    ],
    [
      'bring roles of their own',
      (sound) => ({ verify: (token) => sound.verify(token) && unchecked(token) }),
      'reads a token without roles, and leaves out roles that do not exist',
    ],
    [
      'are good before their time',
      (sound, clock) => ({
        sign: (claims) =>
          sound.sign({ ...claims, issuedAt: claims.issuedAt < clock.now() ? claims.issuedAt : clock.now() }),
      }),
      'takes a token from the future only within the leeway',
    ],
  ])('%s', async (_what, breakThem, promise) => {
    expect(await failedByTokens(breakThem)).toContain(promise);
  });
});

describe('the kit fails passwords that', () => {
  it.each<readonly [string, (sound: PasswordHasher) => Partial<PasswordHasher>, string]>([
    [
      'have no salt',
      () => ({ hash: (password) => plainPasswords().hash(password) }),
      'makes another hash of the same password each time',
    ],
    [
      'are kept readable',
      () => ({ hash: (password) => Promise.resolve(`$plain$c=1$1$${password}`) }),
      'keeps nothing of the password that could be read',
    ],
    [
      'are cut',
      (sound) => ({
        hash: (password) => sound.hash(password.slice(0, 12)),
        verify: (password, hash) => sound.verify(password.slice(0, 12), hash),
      }),
      'takes no other password for it, however alike',
    ],
    [
      'are never outdated',
      (sound) => ({
        verify: async (password, hash) => ((await sound.verify(password, hash)) === 'differs' ? 'differs' : 'fits'),
      }),
      'says of a hash made with other parameters that it fits and is outdated',
    ],
    [
      'let in whoever has no password',
      (sound) => ({ verify: (password, hash) => (hash ? sound.verify(password, hash) : Promise.resolve('fits')) }),
      'says no without a hash',
    ],
    [
      'are common in lower case only',
      (sound) => ({ isCommon: (password) => password === password.toLowerCase() && sound.isCommon(password) }),
      'knows the commonest passwords, in upper and lower case',
    ],
  ])('%s', async (_what, breakThem, promise) => {
    expect(await failedByPasswords(breakThem)).toContain(promise);
  });
});

it('the kit fails secrets that are short, or come twice', async () => {
  const secret = guessableSecrets().generate().slice(1);
  const { failed } = await outcomeOf((runner) => {
    secretsContract(runner, () => Promise.resolve({ generate: () => secret }));
  });
  expect(failed).toEqual(['makes secrets of 43 digits of base64url, which are 256 bits', 'makes no secret twice']);
});
