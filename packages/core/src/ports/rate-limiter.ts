/**
 * Counts what each key spends, in windows of a fixed length that begin with the first point spent. So twice the points of a rate
 * can be spent in less than a window's length: at the end of one and the beginning of the next. A limit that must not be passed
 * in any length of time is half of what may be.
 *
 * @public
 */
export interface RateLimiter {
  /**
   * Spends `cost` points (a whole number of 1 or more) of what `key` has, `rate` being the same for a key at each call. What is
   * not allowed is not spent. Never throws and never takes longer than 50 ms: whoever cannot reach what is shared counts alone,
   * by a part of the points, and may count what it then turns out to have been counted by the others too.
   */
  consume(key: string, rate: Rate, cost: number): Promise<RateDecision>;
  /** Gives `points` back, as if they had not been spent, but no more than were. Never throws and takes no longer. */
  giveBack(key: string, rate: Rate, points: number): Promise<void>;
  /** Forgets what `key` has spent. Never throws and takes no longer. */
  reset(key: string, rate: Rate): Promise<void>;
}

/** @public So many points in so many seconds, whole numbers of 1 or more. `name` tells one rate from another and is part of the key. */
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
  /** Milliseconds until the window ends and all points are back; a whole window's when none has begun. */
  readonly resetMs: number;
}
