import { randomUUID } from 'node:crypto';

import type { IdentitySignals } from '@xzepr/core';

import { inTime } from './deadline.js';
import type { RedisConnection } from './open-redis.js';
import { keepPulse } from './pulse.js';

/** @public */
export interface RedisIdentitySignalsOptions {
  readonly redis: Pick<RedisConnection, 'publish' | 'subscribe'>;
  /** `xzepr:identity` when left out. Channels know nothing of the number of a database. */
  readonly channel?: string;
}

/** @public Signals that have a connection of their own to end. */
export interface RedisIdentitySignals extends IdentitySignals {
  close(): void;
}

const SEND_MS = 250;

/**
 * Signals through the publish and subscribe of Redis. It publishes a beat to itself every half a second; while none has come
 * back lately it is not live, and begins its subscription anew. Listeners are called before it is live again. A signal that could
 * not be sent is sent as soon as one can be, and this process's own listeners hear of it in any case.
 *
 * What it cannot know of: a network that parts the servers of Redis from each other for less than a beat, or one that leaves
 * this process with an old master that has been replaced. Whoever trusts on its word needs a limit of time as well.
 *
 * @public
 */
export function redisIdentitySignals(options: RedisIdentitySignalsOptions): RedisIdentitySignals {
  const { redis, channel = 'xzepr:identity' } = options;
  const [id, listeners] = [randomUUID(), new Set<() => void>()];
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  let isOwed = false;

  async function send(): Promise<void> {
    const { kind } = await inTime(redis.publish(channel, `changed ${id}`), SEND_MS);
    isOwed = kind !== 'answered';
  }

  const pulse = keepPulse({
    subscribe: (events) => redis.subscribe(channel, events),
    publish: (sentMs) => redis.publish(channel, `beat ${id} ${sentMs}`),
    onBegin() {
      tell();
      if (isOwed) void send();
    },
    onMessage(text) {
      const [word, sender, sentMs] = text.split(' ');
      if (word === 'changed' && sender !== id) tell();
      return word === 'beat' && sender === id ? Number(sentMs) : undefined;
    },
  });

  return {
    async send() {
      tell();
      await send();
    },
    listen(listener) {
      listeners.add(listener);
    },
    isLive: pulse.isLive,
    close: pulse.close,
  };
}
