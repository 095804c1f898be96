import { networkOf } from '@xzepr/core';
import type { Principal, Rate, RateDecision, RateLimiter } from '@xzepr/core';
import type { Response } from 'express';

import { HttpError } from './http-error.js';

/**
 * How much may be asked in a window, for each principal and for each address without one. One point is one request, and in a
 * batch or a stream one event.
 *
 * @public
 */
export interface RateTiers {
  /** By address: signing in, and credentials that open nothing. */
  readonly anonymous: Rate;
  /** Users. */
  readonly authenticated: Rate;
  /** API keys and workloads. */
  readonly service: Rate;
  /** Whoever has the role `admin`. */
  readonly admin: Rate;
}

/** @public The limiter that counts, and what it counts against. */
export interface RateLimits {
  readonly limiter: RateLimiter;
  readonly tiers: RateTiers;
}

const MINUTE = 60;

/** @public See docs/rate-limits.md for why these. */
export const DEFAULT_RATE_TIERS: RateTiers = {
  anonymous: { name: 'anonymous', points: 120, windowSeconds: MINUTE },
  authenticated: { name: 'authenticated', points: 6_000, windowSeconds: MINUTE },
  service: { name: 'service', points: 120_000, windowSeconds: MINUTE },
  admin: { name: 'admin', points: 600_000, windowSeconds: MINUTE },
};

/** @internal Spends points of whoever asks, and says in the answer's head what is left. */
export interface Spending {
  /** One point, of a request. @throws HttpError there is none left */
  spend(principal: Principal, response: Response): Promise<void>;
  /** What a request weighs beyond its point. @throws HttpError there is not enough left */
  spendMore(principal: Principal, response: Response, points: number): Promise<void>;
  /** Of an address that shows nothing, or what opens nothing. @throws HttpError as above */
  spendAnonymous(address: string, response: Response): Promise<void>;
  /** As `spendMore`, for an answer that has begun: how long to wait for the points, in milliseconds; 0 when they are spent. */
  wait(principal: Principal, points: number): Promise<number>;
}

/** @internal */
export function spendingOf(limits: RateLimits | undefined): Spending | undefined {
  if (limits === undefined) return undefined;
  const { limiter, tiers } = limits;

  async function spend(principal: Principal, response: Response, rate: Rate, points: number): Promise<void> {
    expectAllowed(response, rate, await limiter.consume(principal.id, rate, points));
  }

  return {
    spend: (principal, response) => spend(principal, response, tierOf(tiers, principal), 1),
    async spendMore(principal, response, points) {
      const rate = tierOf(tiers, principal);
      // What is larger than a whole window takes what the request has left of one: it could never be asked otherwise.
      const most = Math.min(rate.points - 1, points);
      if (most > 0) await spend(principal, response, rate, most);
    },
    async spendAnonymous(address, response) {
      const rate = tiers.anonymous;
      expectAllowed(response, rate, await limiter.consume(networkOf(address), rate, 1));
    },
    async wait(principal, points) {
      const rate = tierOf(tiers, principal);
      const { allowed, resetMs } = await limiter.consume(principal.id, rate, Math.min(rate.points, points));
      return allowed ? 0 : Math.max(1, resetMs);
    },
  };
}

function tierOf({ admin, authenticated, service }: RateTiers, { kind, roles }: Principal): Rate {
  if (roles.includes('admin')) return admin;
  return kind === 'user' ? authenticated : service;
}

/** `RateLimit` and `RateLimit-Policy` as the IETF draft (httpapi-ratelimit-headers) has them, and the `X-` ones before it. */
function expectAllowed(response: Response, rate: Rate, { allowed, remaining, resetMs }: RateDecision): void {
  const seconds = Math.min(rate.windowSeconds, Math.ceil(resetMs / 1_000));
  // Set one by one and directly: it is done for every request, and Express looks twice at what it is given.
  response.setHeader('ratelimit-policy', `"${rate.name}";q=${String(rate.points)};w=${String(rate.windowSeconds)}`);
  response.setHeader('ratelimit', `"${rate.name}";r=${String(remaining)};t=${String(seconds)}`);
  response.setHeader('x-ratelimit-limit', rate.points);
  response.setHeader('x-ratelimit-remaining', remaining);
  response.setHeader('x-ratelimit-reset', seconds);
  if (allowed) return;
  const headers = { 'retry-after': String(Math.max(1, seconds)) };
  throw new HttpError('RATE_LIMITED', `that is more than ${rate.name} requests may be; wait`, { headers });
}
