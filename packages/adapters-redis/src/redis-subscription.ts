import { createClient } from 'redis';

import { inTime } from './deadline.js';
import { connectionOptions } from './redis-client.js';
import type { RedisTls } from './redis-client.js';
import type { RedisAddress, RedisUrl } from './redis-url.js';

/** @public What a subscription tells, in this order: nothing comes after `onEnd`, and none of them may throw. */
export interface SubscriptionEvents {
  onBegin(): void;
  onMessage(text: string): void;
  /** It could not begin, or is over: whatever is published from some moment before on is missed. */
  onEnd(): void;
}

const BEGIN_MS = 1_500;

/**
 * Hears what is published on `channel`, on a connection of its own to `address`. It ends with the first thing that goes wrong:
 * only then can nobody mistake a connection that came back for one that was there all the time.
 *
 * @returns what ends it, after which nothing is told any more
 * @internal
 */
export function openSubscription(
  { url, tls }: { readonly url: RedisUrl; readonly tls: RedisTls },
  address: RedisAddress,
  channel: string,
  events: SubscriptionEvents,
): () => void {
  const options = connectionOptions(url, tls);
  const client = createClient({ ...options, socket: { ...options.socket, ...address, reconnectStrategy: false } });
  let isOver = false;

  function close(): void {
    isOver = true;
    if (client.isOpen) client.destroy();
  }
  function end(): void {
    if (isOver) return;
    close();
    events.onEnd();
  }
  async function begin(): Promise<void> {
    await client.connect();
    await client.subscribe(channel, (text) => {
      if (!isOver) events.onMessage(text);
    });
  }

  client.on('error', end);
  client.on('end', end);
  void inTime(begin(), BEGIN_MS).then(({ kind }) => {
    if (kind !== 'answered') end();
    else if (!isOver) events.onBegin();
  });
  return close;
}
