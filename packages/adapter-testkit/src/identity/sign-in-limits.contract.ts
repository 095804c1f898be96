import assert from 'node:assert/strict';

import { DEFAULT_SIGN_IN_RATES } from '@xzepr/core';
import type { Identity, SignInRates } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { countingRateLimiter } from '../memory/counting-rate-limiter.js';
import { refusal } from '../registry/registry-scene.js';
import { NEW_PASSWORD, PASSWORD } from './identity-scene.js';
import type { IdentityScene } from './identity-scene.js';

const SECONDS = 60;
const RATES: SignInRates = {
  pair: { ...DEFAULT_SIGN_IN_RATES.pair, points: 3, windowSeconds: SECONDS },
  strictPair: { ...DEFAULT_SIGN_IN_RATES.strictPair, points: 1, windowSeconds: SECONDS },
  account: { ...DEFAULT_SIGN_IN_RATES.account, points: 5, windowSeconds: SECONDS },
  address: { ...DEFAULT_SIGN_IN_RATES.address, points: 8, windowSeconds: SECONDS },
};

interface Limited {
  readonly identity: Identity;
  /** Signs in from an address, and says how that ended. */
  readonly tried: (username: string, address: string, password?: string) => Promise<string>;
  readonly fail: (times: number, username: string, address: string) => Promise<readonly string[]>;
}

function limited(scene: IdentityScene): Limited {
  const identity = scene.another({ limiter: countingRateLimiter(scene.clock), signInRates: RATES });
  const tried: Limited['tried'] = async (username, address, password = PASSWORD) => {
    const signedIn = identity.signIn({ username, password, origin: { address } });
    return signedIn.then(
      () => 'in',
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
    );
  };
  const fail: Limited['fail'] = async (times, username, address) => {
    const answers: string[] = [];
    for (let count = 0; count < times; count += 1) answers.push(await tried(username, address, 'wrong'));
    return answers;
  };
  return { identity, tried, fail };
}

const [REFUSED, SLOWED] = ['SIGN_IN_REFUSED', 'SIGN_IN_SLOWED'];

/** @internal */
export const signInLimitPromises: Promises<IdentityScene> = {
  'slows an account down at one address after some failures, until the window is over': async (scene) => {
    await scene.user({ username: 'ada' });
    const { identity, tried, fail } = limited(scene);
    assert.deepEqual(await fail(4, 'ada', 'a'), [REFUSED, REFUSED, REFUSED, SLOWED]);
    const right = identity.signIn({ username: 'ADA', password: PASSWORD, origin: { address: 'a' } });
    const error = await refusal(right, SLOWED as 'SIGN_IN_SLOWED');
    assert.ok(error.code === 'SIGN_IN_SLOWED' && error.retryAfterSeconds > 0 && error.retryAfterSeconds <= SECONDS);
    assert.equal(await tried('ada', 'b'), 'in');
    scene.clock.step(SECONDS * 1_000);
    assert.equal(await tried('ada', 'a'), 'in');
    assert.equal(scene.reports.filter(({ kind }) => kind === 'sign_in.slowed').length, 2);
  },
  'slows down the same whether anyone has the name or not': async (scene) => {
    const { fail } = limited(scene);
    assert.deepEqual(await fail(4, 'nobody', 'a'), [REFUSED, REFUSED, REFUSED, SLOWED]);
    assert.deepEqual(await fail(1, 'NOBODY', 'a'), [SLOWED]);
  },
  'forgets the failures of whoever gets in, so that nobody is slowed down by signing in': async (scene) => {
    await scene.user({ username: 'ada' });
    const { tried, fail } = limited(scene);
    for (let round = 0; round < 4; round += 1) {
      assert.deepEqual(await fail(1, 'ada', 'a'), [REFUSED]);
      for (let times = 0; times < 5; times += 1) assert.equal(await tried('ada', 'a'), 'in');
    }
  },
  'lets nobody lock someone else out, from however many addresses': async (scene) => {
    await scene.user({ username: 'ada' });
    const { tried, fail } = limited(scene);
    for (let host = 0; host < 20; host += 1) await fail(3, 'ada', `host ${String(host)}`);
    assert.deepEqual(await fail(2, 'ada', 'another'), [REFUSED, SLOWED]);
    for (let times = 0; times < 3; times += 1) assert.equal(await tried('ada', 'at home'), 'in');
  },
  'slows an address down that fails at many accounts, and no other': async (scene) => {
    await scene.user({ username: 'ada' });
    const { tried, fail } = limited(scene);
    const answers = [];
    for (let count = 0; count < 9; count += 1) answers.push(...(await fail(1, `name-${String(count)}`, 'a')));
    assert.deepEqual(answers, [...Array.from({ length: 8 }, () => REFUSED), SLOWED]);
    assert.equal(await tried('ada', 'a'), SLOWED);
    assert.equal(await tried('ada', 'b'), 'in');
  },
  'counts before it checks, so that many at once are many': async (scene) => {
    await scene.user({ username: 'ada' });
    const { tried } = limited(scene);
    const answers = await Promise.all(Array.from({ length: 20 }, () => tried('ada', 'a', 'wrong')));
    assert.equal(answers.filter((answer) => answer === REFUSED).length, 3);
  },
  'counts guesses at the password before a change of it as well': async (scene) => {
    const { identity } = limited(scene);
    const who = await scene.principal(await scene.signIn(await scene.user()));
    const change = (before: string): Promise<void> => identity.changePassword(who, before, NEW_PASSWORD);
    for (let times = 0; times < 3; times += 1) await refusal(change('wrong'), 'SIGN_IN_REFUSED');
    await refusal(change(PASSWORD), 'SIGN_IN_SLOWED');
    scene.clock.step(SECONDS * 1_000);
    await change(PASSWORD);
  },
  'counts nothing that the store had no answer to': async (scene) => {
    await scene.user({ username: 'ada' });
    const limiter = countingRateLimiter(scene.clock);
    let isDown = true;
    const passwords = {
      ...scene.passwords,
      verify: (...args: Parameters<typeof scene.passwords.verify>) =>
        isDown ? Promise.reject(new RangeError('not now')) : scene.passwords.verify(...args),
    };
    const identity = scene.another({ limiter, signInRates: RATES, passwords });
    const signIn = (): Promise<unknown> =>
      identity.signIn({ username: 'ada', password: PASSWORD, origin: { address: 'a' } });
    for (let times = 0; times < 10; times += 1) await assert.rejects(signIn(), RangeError);
    isDown = false;
    await signIn();
  },
};
