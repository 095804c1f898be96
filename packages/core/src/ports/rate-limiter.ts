/**
 * Counts what each key spends.
 *
 * @public
 */
export interface RateLimiter {
  /**
   * Spends `cost` points (a whole number of 1 or more) of what `key` has, `rate` being the same for a key at each call. What is
   * not allowed is not spent. Never throws and never takes longer than 50 ms: whoever cannot reach what is shared counts alone.
   */
  consume(key: string, rate: Rate, cost: number): Promise<RateDecision>;
  /** Gives `points` back, as if they had not been spent. Never throws and takes no longer. */
  giveBack(key: string, rate: Rate, points: number): Promise<void>;
  /** Forgets what `key` has spent. Never throws and takes no longer. */
  reset(key: string, rate: Rate): Promise<void>;
}

/** @public So many points in so many seconds. `name` tells one rate from another and is part of the key. */
export interface Rate {
  readonly name: string;
  readonly points: number;
  readonly windowSeconds: number;
}

/** @public */
export interface RateDecision {
  readonly allowed: boolean;
  /** Points left in this window, 0 or more. */
  readonly remaining: number;
  /** Milliseconds until the window ends and all points are back. */
  readonly resetMs: number;
}
