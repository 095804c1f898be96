import { memoryRateLimiter } from '@xzepr/adapters-node';
import { openRedis, parseRedisUrl, redisIdentitySignals, redisRateLimiter } from '@xzepr/adapters-redis';
import type { RedisConnection } from '@xzepr/adapters-redis';
import type { IdentitySignals, Rate, RateLimiter, SignInRates } from '@xzepr/core';
import { DEFAULT_SIGN_IN_RATES } from '@xzepr/core';
import { DEFAULT_RATE_TIERS } from '@xzepr/http-express';
import type { RateTiers } from '@xzepr/http-express';

import { errorFields, log } from './log.js';
import { ConfigError } from './settings/load-settings.js';
import type { Settings } from './settings/settings.js';

/** What processes share besides the database: all of it through Redis, where there is one. */
export interface SharedState {
  readonly limiter: RateLimiter;
  /** Undefined without Redis: then what another process changed is noticed within a second. */
  readonly signals: IdentitySignals | undefined;
  readonly redis: RedisConnection | undefined;
  close(): Promise<void>;
}

/** The limits that the settings give, in this process alone or shared. */
export function sharedState({ redis: { url }, server }: Settings): SharedState {
  const insurance = memoryRateLimiter();
  if (url === undefined) {
    return { limiter: insurance, signals: undefined, redis: undefined, close: () => Promise.resolve() };
  }
  const parsed = parseRedisUrl(url);
  if ('must' in parsed) throw new ConfigError(`XZEPR__REDIS__URL must ${parsed.must}`);
  const redis = openRedis(parsed, {
    onHealth: (health) => {
      if (health.kind === 'up') log('info', 'Redis answers');
      else
        log(
          'warn',
          'Redis does not answer; limits are counted here, and tokens asked for each time',
          errorFields(health.error),
        );
    },
  });
  const signals = redisIdentitySignals({ redis });
  return {
    ...{ signals, redis },
    limiter: redisRateLimiter({ redis, replicas: server.replicas, insurance }),
    async close() {
      signals.close();
      await redis.close();
    },
  };
}

/** How many requests each tier may make. */
export function rateTiers({ rateLimit: { perMinute } }: Settings): RateTiers {
  const tier = (name: keyof RateTiers): Rate => ({ ...DEFAULT_RATE_TIERS[name], points: perMinute[name] });
  return {
    anonymous: tier('anonymous'),
    authenticated: tier('authenticated'),
    service: tier('service'),
    admin: tier('admin'),
  };
}

/** How many attempts to sign in may fail. */
export function signInRates({ signIn }: Settings): SignInRates {
  const rate = (name: keyof SignInRates, points: number): Rate => ({
    ...{ name: DEFAULT_SIGN_IN_RATES[name].name, points, windowSeconds: signIn.windowSeconds },
  });
  return {
    pair: rate('pair', signIn.attempts),
    strictPair: rate('strictPair', signIn.strictAttempts),
    account: rate('account', signIn.accountFailures),
    address: rate('address', signIn.addressAttempts),
  };
}
