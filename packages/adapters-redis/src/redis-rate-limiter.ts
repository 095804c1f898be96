import { hash } from 'node:crypto';

import type { Rate, RateDecision, RateLimiter } from '@xzepr/core';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

import type { RedisConnection } from './open-redis.js';
import { makeShortCircuit } from './short-circuit.js';
import { SPEND_SCRIPT } from './spend-script.js';

/** @public */
export interface RedisRateLimiterOptions {
  readonly redis: Pick<RedisConnection, 'eval' | 'del'>;
  /** How many processes share the limits: while Redis cannot be asked, each allows its part of every rate. 1 or more. */
  readonly replicas: number;
  /** Counts while Redis cannot be asked; in memory, that is. */
  readonly insurance: RateLimiter;
  /** Hears when the insurance takes over and when Redis counts again. Must not throw. */
  readonly onInsurance?: (isActive: boolean) => void;
  /** What its keys begin with, `xzepr:limit` when left out. */
  readonly keyPrefix?: string;
}

/** Short of the 50 ms of the port, by what a timer is late. */
const DEADLINE_MS = 45;
const MAX_KEY_LENGTH = 128;

/**
 * A rate limiter that processes share through Redis. A window begins with the first point spent and ends a fixed time later, so
 * at most twice the points of a rate can be spent within any one window's length: the last moment of one and the first of the
 * next.
 *
 * When Redis is late by 45 ms or fails, the insurance answers, with the points of a rate divided by the number of replicas, and
 * goes on to answer for a quarter of a second to a second before Redis is asked again. What the insurance counted is not carried
 * over. A call that was given up may still be counted by Redis later. While it insures, a request that weighs more than this
 * process's part spends all of the part, so that a heavy batch is not refused until Redis is back.
 *
 * @public
 */
export function redisRateLimiter(options: RedisRateLimiterOptions): RateLimiter {
  const { redis, replicas, insurance, onInsurance = () => undefined, keyPrefix = 'xzepr:limit' } = options;
  const inTime = makeShortCircuit({ deadlineMs: DEADLINE_MS, onChange: onInsurance });
  const limiterFor = limitersOn(redis, keyPrefix);
  const partOf = (rate: Rate): Rate => ({ ...rate, points: Math.max(1, Math.floor(rate.points / replicas)) });

  return {
    async consume(key, rate, cost) {
      const decision = await inTime(() => spend(limiterFor(rate), shortened(key), rate, cost));
      if (decision !== undefined) return decision;
      const part = partOf(rate);
      return insurance.consume(key, part, cost <= rate.points ? Math.min(cost, part.points) : cost);
    },
    async giveBack(key, rate, points) {
      const given = await inTime(() => limiterFor(rate).reward(shortened(key), points));
      if (given === undefined) await insurance.giveBack(key, partOf(rate), points);
    },
    async reset(key, rate) {
      await insurance.reset(key, partOf(rate));
      await inTime(async () => ({ wasThere: await limiterFor(rate).delete(shortened(key)) }));
    },
  };
}

/** One limiter of the library for each rate: rates are settings, so they are few. */
function limitersOn(
  storeClient: Pick<RedisConnection, 'eval' | 'del'>,
  keyPrefix: string,
): (rate: Rate) => RateLimiterRedis {
  const limiters = new Map<string, RateLimiterRedis>();
  return ({ name, points, windowSeconds }) => {
    const id = JSON.stringify([name, points, windowSeconds]);
    const known = limiters.get(id);
    if (known !== undefined) return known;
    const limiter = new RateLimiterRedis({
      storeClient,
      // Without this it takes the client for one of another library, whose commands are spelt differently.
      useRedisPackage: true,
      customIncrTtlLuaScript: SPEND_SCRIPT,
      keyPrefix: `${keyPrefix}:${encodeURIComponent(name)}`,
      points,
      duration: windowSeconds,
    });
    limiters.set(id, limiter);
    return limiter;
  };
}

/** The library rejects with a result when it refuses, and with an error when it does not know. */
async function spend(limiter: RateLimiterRedis, key: string, rate: Rate, cost: number): Promise<RateDecision> {
  try {
    const { remainingPoints, msBeforeNext } = await limiter.consume(key, cost);
    return { allowed: true, remaining: remainingPoints, resetMs: msBeforeNext };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const remaining = Math.max(0, rate.points - (refusal.consumedPoints - cost));
    return { allowed: false, remaining, resetMs: refusal.msBeforeNext };
  }
}

/** A key may be what a stranger typed. */
function shortened(key: string): string {
  return key.length > MAX_KEY_LENGTH ? hash('sha256', key) : key;
}
