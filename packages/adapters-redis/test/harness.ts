import { memoryRateLimiter } from '@xzepr/adapters-node';
import type { RateLimiter } from '@xzepr/core';

import { openRedis, parseRedisUrl, redisRateLimiter } from '../src/index.js';
import type { RedisConnection, RedisHealth } from '../src/index.js';

export interface Opened {
  readonly redis: RedisConnection;
  readonly limiter: RateLimiter;
  readonly health: RedisHealth[];
  /** What `onInsurance` heard. */
  readonly insured: boolean[];
}

/** A process of its own, as far as Redis can tell. */
export function openAt(text: string, replicas = 1): Opened {
  const url = parseRedisUrl(text);
  if (url.kind === 'refused') throw new Error(url.must);
  const [health, insured]: [RedisHealth[], boolean[]] = [[], []];
  const redis = openRedis(url, { onHealth: (state) => void health.push(state) });
  const onInsurance = (isActive: boolean): void => void insured.push(isActive);
  return {
    redis,
    health,
    insured,
    limiter: redisRateLimiter({ redis, replicas, insurance: memoryRateLimiter(), onInsurance }),
  };
}
