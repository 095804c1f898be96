import { keepClient } from './kept-client.js';
import type { RedisHealth } from './kept-client.js';
import { makeClient } from './redis-client.js';
import type { RedisTls } from './redis-client.js';
import { openSubscription } from './redis-subscription.js';
import type { SubscriptionEvents } from './redis-subscription.js';
import type { RedisUrl } from './redis-url.js';

/** @public */
export interface RedisOptions {
  readonly tls?: RedisTls;
  /** Hears when Redis begins to answer, when it ceases to, and each new reason meanwhile. Must not throw. */
  readonly onHealth?: (health: RedisHealth) => void;
}

/**
 * A way to Redis that is kept open for as long as the process wants it, whatever becomes of Redis meanwhile. What is asked while
 * Redis is away is rejected, or answered late: callers bring their own deadlines.
 *
 * @public
 */
export interface RedisConnection {
  health(): RedisHealth;
  eval(script: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>;
  del(key: string): Promise<number>;
  publish(channel: string, message: string): Promise<unknown>;
  /** Hears what is published, on a connection of its own, until something goes wrong with it. Returns what ends it. */
  subscribe(channel: string, events: SubscriptionEvents): () => void;
  /** Lets go of its connections. Never rejects. Subscriptions are ended by those who hold them. */
  close(): Promise<void>;
}

/**
 * Opens a way to the Redis at `url`. Returns at once, connects in the background, tries for ever, and never throws because of
 * Redis.
 *
 * A client that could not connect, or that has been silent for some seconds, is replaced: to a machine that is gone without a
 * word one can write for minutes before the operating system gives the connection up.
 *
 * @public
 */
export function openRedis(url: RedisUrl, options: RedisOptions = {}): RedisConnection {
  const tls = options.tls ?? {};
  const kept = keepClient((onError) => makeClient(url, tls, onError), options.onHealth ?? (() => undefined));
  let subscriptions = 0;
  return {
    health: () => kept.health(),
    eval: (script, parameters) => kept.client().eval(script, parameters),
    del: (key) => kept.client().del(key),
    publish: (channel, message) => kept.client().publish(channel, message),
    subscribe(channel, events) {
      // Another one each time, so that a server that hangs is not all that is ever tried.
      const addresses = kept.client().subscribable();
      const address = addresses[subscriptions % Math.max(1, addresses.length)];
      subscriptions += 1;
      if (address !== undefined) return openSubscription({ url, tls }, address, channel, events);
      const soon = setImmediate(() => {
        events.onEnd();
      });
      return () => {
        clearImmediate(soon);
      };
    },
    close: () => kept.close(),
  };
}
