import { inTime } from './deadline.js';
import type { InTime } from './deadline.js';
import type { RedisClient } from './redis-client.js';

/** @public Whether Redis answers; when it does not, why, as far as that is known. */
export type RedisHealth = { readonly kind: 'up' } | { readonly kind: 'down'; readonly error: Error };

/** @internal */
export interface KeptClient {
  client(): RedisClient;
  health(): RedisHealth;
  close(): Promise<void>;
}

const BEAT_MS = 1_000;
const LATE_MS = 2_000;
/** Longer than Sentinel or a cluster takes to replace a dead master: to begin anew in the middle of that helps nobody. */
const PATIENCE_MS = 6_000;

/**
 * Has a client at any time, asks it once a second whether Redis is there, and makes a new one when it has given up.
 *
 * @internal
 */
export function keepClient(
  make: (onError: (error: Error) => void) => RedisClient,
  onHealth: (health: RedisHealth) => void,
): KeptClient {
  const health = makeHealth(onHealth);
  let [answeredMs, hasGivenUp, isClosed] = [performance.now(), false, false];
  let client = begin();
  let timer = setTimeout(beat, BEAT_MS);

  function begin(): RedisClient {
    const fresh = make((error) => {
      if (fresh === client) health.explain(error);
    });
    fresh.connect().then(
      () => void check(fresh),
      () => (hasGivenUp ||= fresh === client),
    );
    return fresh;
  }

  async function check(asked: RedisClient): Promise<void> {
    const outcome = await inTime(asked.ping(), LATE_MS);
    if (asked !== client || isClosed) return;
    health.learn(outcome);
    if (outcome.kind === 'answered') answeredMs = performance.now();
    if (outcome.kind === 'late' && performance.now() - answeredMs > PATIENCE_MS) hasGivenUp = true;
  }

  function beat(): void {
    void check(client).then(() => {
      if (isClosed) return;
      if (hasGivenUp) replace();
      timer = setTimeout(beat, BEAT_MS);
    });
  }

  function replace(): void {
    void client.destroy();
    [answeredMs, hasGivenUp] = [performance.now(), false];
    client = begin();
  }

  return {
    client: () => client,
    health: () => health.now(),
    close() {
      isClosed = true;
      health.end();
      clearTimeout(timer);
      return client.destroy();
    },
  };
}

interface Health {
  now(): RedisHealth;
  learn(ping: InTime<unknown>): void;
  /** Why it is down, in the client's words: a ping only knows that it is. */
  explain(error: Error): void;
  end(): void;
}

function makeHealth(onHealth: (health: RedisHealth) => void): Health {
  let health: RedisHealth = { kind: 'down', error: new Error('Redis has not answered yet') };
  const told = new Set<string>();
  let isOver = false;

  /** Reasons take turns while Redis is away: each is told once. */
  function fall(error: Error): void {
    if (error.message === '' && health.kind === 'down') return;
    health = { kind: 'down', error };
    if (isOver || told.has(error.message)) return;
    told.add(error.message);
    onHealth(health);
  }

  function rise(): void {
    if (health.kind === 'up') return;
    health = { kind: 'up' };
    told.clear();
    if (!isOver) onHealth(health);
  }

  return {
    now: () => health,
    learn(ping) {
      if (ping.kind === 'answered') rise();
      else if (ping.kind === 'late') fall(new Error('Redis does not answer'));
      else if (health.kind === 'up') fall(asError(ping.error));
    },
    explain(error) {
      if (health.kind === 'down') fall(error);
    },
    end() {
      isOver = true;
    },
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
