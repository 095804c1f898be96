import assert from 'node:assert/strict';

import { later, unixMs } from '@xzepr/core';
import type {
  AccessClaims,
  Role,
  SessionId,
  Timestamp,
  TokenId,
  TokenSigner,
  TokenVerifier,
  UserId,
} from '@xzepr/core';

import { AWKWARD_TEXTS } from '../awkward.js';
import { declareContract } from '../contract.js';
import type { Promises, TestRunner } from '../contract.js';
import type { SteppingClock } from '../memory/deterministic.js';

/**
 * Makes and reads tokens by `clock`, which must not go by itself; and a signer of another registry, whose keys are others. A
 * token may seem to come from the future for `leewaySeconds`.
 *
 * @public
 */
export interface TokensHarness {
  readonly tokens: TokenSigner & TokenVerifier;
  readonly stranger: TokenSigner;
  readonly clock: SteppingClock;
  readonly leewaySeconds: number;
}

const QUARTER_OF_AN_HOUR_MS = 15 * 60 * 1_000;
const SECOND_MS = 1_000;
/** A token travels in a header beside others, and proxies take 8 KiB of them. */
const MAX_LENGTH = 4_096;

function claimsFrom(clock: SteppingClock, changes: Partial<AccessClaims> = {}): AccessClaims {
  const issuedAt = clock.now();
  return {
    tokenId: '01KDVG00000000000000000001' as TokenId,
    userId: '01KDVG00000000000000000002' as UserId,
    sessionId: '01KDVG00000000000000000003' as SessionId,
    roles: ['event_viewer', 'admin'],
    issuedAt,
    expiresAt: later(issuedAt, QUARTER_OF_AN_HOUR_MS),
    ...changes,
  };
}

/** A second at most is cut off, and nothing is added. */
function assertCut(told: Timestamp | undefined, whole: Timestamp): void {
  assert.ok(told !== undefined && told <= whole && told > later(whole, -SECOND_MS), `${String(told)} for ${whole}`);
}

const readingPromises: Promises<TokensHarness> = {
  'reads what it signed: which token, who, which session, which roles': async ({ tokens, clock }) => {
    const claims = claimsFrom(clock);
    const { issuedAt, expiresAt, ...read } = tokens.verify(tokens.sign(claims)) ?? assert.fail('it is refused');
    const { issuedAt: _issuedAt, expiresAt: _expiresAt, ...signed } = claims;
    assert.deepEqual(read, signed);
    assertCut(issuedAt, claims.issuedAt);
    assertCut(expiresAt, claims.expiresAt);
    return Promise.resolve();
  },
  'cuts times to whole seconds at most, and never makes a life longer': async ({ tokens, clock }) => {
    const issuedAt = '2026-01-01T00:00:00.999999Z' as Timestamp;
    clock.step(unixMs(issuedAt) - unixMs(clock.now()) + 1);
    for (const fraction of ['000000', '000001', '500000', '999999']) {
      const expiresAt = `2026-01-01T00:15:00.${fraction}Z` as Timestamp;
      const read = tokens.verify(tokens.sign(claimsFrom(clock, { issuedAt, expiresAt })));
      assertCut(read?.issuedAt, issuedAt);
      assertCut(read?.expiresAt, expiresAt);
    }
    return Promise.resolve();
  },
  'reads a token without roles, and leaves out roles that do not exist': async ({ tokens, clock }) => {
    assert.deepEqual(tokens.verify(tokens.sign(claimsFrom(clock, { roles: [] })))?.roles, []);
    const roles = ['emperor', 'user', '__proto__', 'Admin'] as Role[];
    assert.deepEqual(tokens.verify(tokens.sign(claimsFrom(clock, { roles })))?.roles, ['user']);
    return Promise.resolve();
  },
  'makes another token for each id, and none too long for a header': async ({ tokens, clock }) => {
    const claims = claimsFrom(clock);
    const other = tokens.sign({ ...claims, tokenId: '01KDVG0000000000000000000Z' as TokenId });
    assert.notEqual(other, tokens.sign(claims));
    assert.match(other, /^[\x21-\x7e]+$/);
    assert.ok(other.length <= MAX_LENGTH);
    return Promise.resolve();
  },
};

const timePromises: Promises<TokensHarness> = {
  'takes a token until it expires and not any more then, however often it was asked': async ({ tokens, clock }) => {
    const claims = claimsFrom(clock);
    const token = tokens.sign(claims);
    clock.step(QUARTER_OF_AN_HOUR_MS - SECOND_MS - 1);
    for (let times = 0; times < 3; times += 1) assert.equal(tokens.verify(token)?.tokenId, claims.tokenId);
    clock.step(SECOND_MS + 1);
    for (let times = 0; times < 3; times += 1) assert.equal(tokens.verify(token), undefined);
    return Promise.resolve();
  },
  'takes no token that was never good: one that expired as it was issued': async ({ tokens, clock }) => {
    const claims = claimsFrom(clock);
    assert.equal(tokens.verify(tokens.sign({ ...claims, expiresAt: claims.issuedAt })), undefined);
    return Promise.resolve();
  },
  'takes a token from the future only within the leeway': async ({ tokens, clock, leewaySeconds }) => {
    const inTime = later(clock.now(), leewaySeconds * SECOND_MS);
    const [soon, tooSoon] = [inTime, later(inTime, SECOND_MS)].map((issuedAt) =>
      tokens.sign({ ...claimsFrom(clock), issuedAt, expiresAt: later(issuedAt, QUARTER_OF_AN_HOUR_MS) }),
    );
    assert.notEqual(tokens.verify(soon ?? ''), undefined);
    assert.equal(tokens.verify(tooSoon ?? ''), undefined);
    clock.step(SECOND_MS);
    assert.notEqual(tokens.verify(tooSoon ?? ''), undefined);
    return Promise.resolve();
  },
};

const refusalPromises: Promises<TokensHarness> = {
  'takes no token of another registry': async ({ tokens, stranger, clock }) => {
    assert.equal(tokens.verify(stranger.sign(claimsFrom(clock))), undefined);
    return Promise.resolve();
  },
  'takes no token that was altered, shortened or lengthened anywhere': async ({ tokens, clock }) => {
    const token = tokens.sign(claimsFrom(clock));
    for (let at = 0; at < token.length; at += 1) {
      const [before, after] = [token.slice(0, at), token.slice(at + 1)];
      const other = token[at] === 'A' ? 'B' : 'A';
      for (const altered of [before + other + after, before + after, before, `${before}${other}${token.slice(at)}`]) {
        assert.equal(tokens.verify(altered), undefined, `altered at ${String(at)}`);
      }
    }
    for (const altered of [` ${token}`, `${token} `, `${token}=`, `${token}\n`, `${token}.`, `${token}${token}`]) {
      assert.equal(tokens.verify(altered), undefined);
    }
    return Promise.resolve();
  },
  'takes nothing that is no token, and never throws': async ({ tokens }) => {
    for (const text of [...AWKWARD_TEXTS, '', '.', '..', '...', 'e30.e30.', 'A'.repeat(1_000_000)]) {
      assert.equal(tokens.verify(text), undefined);
    }
    return Promise.resolve();
  },
};

/**
 * What `TokenSigner` and `TokenVerifier` promise of tokens that the one made and the other reads.
 *
 * @public
 */
export function tokensContract(runner: TestRunner, open: () => Promise<TokensHarness>): void {
  declareContract(runner, 'tokens', open, { ...readingPromises, ...timePromises, ...refusalPromises });
}
