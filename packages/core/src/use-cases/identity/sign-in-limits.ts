import { networkOf } from '../../domain/address.js';
import type { Origin } from '../../domain/principal.js';
import { usernameKey } from '../../domain/user.js';
import { SignInRefusedError, SignInSlowedError } from '../../errors.js';
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

/** @internal */
export interface SignInLimits {
  /**
   * Counts an attempt, and then makes it, so that a thousand at once are a thousand. One that succeeds is taken off again together
   * with the failures before it. One that ends in anything but a SignInRefusedError was none, and is taken off alone.
   *
   * @throws SignInSlowedError there were too many
   */
  attempt<T>(username: string, origin: Origin, make: () => Promise<T>): Promise<T>;
}

/** @internal Without a limiter nothing is counted. */
export function signInLimits(limiter: RateLimiter | undefined, rates: SignInRates, digest: Digest): SignInLimits {
  return {
    async attempt(username, { address = 'unknown' }, make) {
      if (limiter === undefined) return make();
      // Names that nobody has are counted as well, in a form that has no secret typed into the wrong field.
      const account = digest.sha256(usernameKey(username));
      const network = networkOf(address);
      const counted = await count(limiter, rates, { address: network, account, pair: `${account} ${network}` });
      try {
        const made = await make();
        await counted.succeeded();
        return made;
      } catch (error) {
        if (!(error instanceof SignInRefusedError)) await counted.undecided();
        throw error;
      }
    },
  };
}

interface CountedAttempt {
  succeeded(): Promise<void>;
  undecided(): Promise<void>;
}

async function count(
  limiter: RateLimiter,
  rates: SignInRates,
  { address, account, pair }: Readonly<Record<'address' | 'account' | 'pair', string>>,
): Promise<CountedAttempt> {
  const spend = async (key: string, rate: Rate): Promise<void> => {
    const { allowed, resetMs } = await limiter.consume(key, rate, 1);
    if (!allowed) throw new SignInSlowedError(Math.max(1, Math.ceil(resetMs / 1_000)));
  };
  await spend(address, rates.address);
  await spend(pair, rates.pair);
  const { allowed: isCalm } = await limiter.consume(account, rates.account, 1);
  if (!isCalm) await spend(pair, rates.strictPair);
  const giveBack = async (...spent: readonly (readonly [string, Rate])[]): Promise<void> => {
    const last = isCalm ? ([account, rates.account] as const) : ([pair, rates.strictPair] as const);
    await Promise.all([...spent, last].map(([key, rate]) => limiter.giveBack(key, rate, 1)));
  };
  return {
    async succeeded() {
      await giveBack([address, rates.address]);
      await Promise.all([limiter.reset(pair, rates.pair), limiter.reset(pair, rates.strictPair)]);
    },
    undecided: () => giveBack([address, rates.address], [pair, rates.pair]),
  };
}
