import { networkOf } from '../../domain/address.js';
import type { Origin } from '../../domain/principal.js';
import { usernameKey } from '../../domain/user.js';
import { SignInSlowedError } from '../../errors.js';
import type { Digest } from '../../ports/digest.js';
import type { Rate, RateLimiter } from '../../ports/rate-limiter.js';

/**
 * How many attempts to sign in may fail in a window.
 *
 * One account from one address: `pair`; while the account fails from anywhere more often than `account`, only `strictPair`. So a
 * stranger can make it slower for others to try, but cannot lock the owner out, who has an address of their own. One address for
 * all accounts: `address`, of IPv6 a /64.
 *
 * @public
 */
export interface SignInRates {
  readonly pair: Rate;
  readonly strictPair: Rate;
  readonly account: Rate;
  readonly address: Rate;
}

const WINDOW_SECONDS = 15 * 60;

/** @public */
export const DEFAULT_SIGN_IN_RATES: SignInRates = {
  pair: { name: 'sign-in-pair', points: 10, windowSeconds: WINDOW_SECONDS },
  strictPair: { name: 'sign-in-strict-pair', points: 3, windowSeconds: WINDOW_SECONDS },
  account: { name: 'sign-in-account', points: 20, windowSeconds: WINDOW_SECONDS },
  address: { name: 'sign-in-address', points: 100, windowSeconds: WINDOW_SECONDS },
};

/** @internal An attempt that has been counted. */
export interface CountedAttempt {
  /** It was no failure: takes it off again. */
  succeeded(): Promise<void>;
}

/** @internal */
export interface SignInLimits {
  /** Counts an attempt before it is made, so that a thousand at once are a thousand. @throws SignInSlowedError there were too many */
  count(username: string, origin: Origin): Promise<CountedAttempt>;
}

/** @internal Without a limiter nothing is counted. */
export function signInLimits(limiter: RateLimiter | undefined, rates: SignInRates, digest: Digest): SignInLimits {
  return {
    async count(username, { address = 'unknown' }) {
      if (limiter === undefined) return { succeeded: () => Promise.resolve() };
      // Names that nobody has are counted as well, in a form that has no secret typed into the wrong field.
      const account = digest.sha256(usernameKey(username));
      const network = networkOf(address);
      const pair = `${account} ${network}`;
      const spend = async (key: string, rate: Rate): Promise<void> => {
        const { allowed, resetMs } = await limiter.consume(key, rate, 1);
        if (!allowed) throw new SignInSlowedError(Math.max(1, Math.ceil(resetMs / 1_000)));
      };
      await spend(network, rates.address);
      await spend(pair, rates.pair);
      const { allowed: isCalm } = await limiter.consume(account, rates.account, 1);
      if (!isCalm) await spend(pair, rates.strictPair);
      return {
        async succeeded() {
          await Promise.all([
            limiter.giveBack(network, rates.address, 1),
            limiter.reset(pair, rates.pair),
            limiter.reset(pair, rates.strictPair),
            ...(isCalm ? [limiter.giveBack(account, rates.account, 1)] : []),
          ]);
        },
      };
    },
  };
}
