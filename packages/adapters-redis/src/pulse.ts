import type { SubscriptionEvents } from './redis-subscription.js';

const BEAT_MS = 500;
/** A beat that has not come back a second after it was sent: by then the one before it is as old as this. */
const TRUSTED_MS = 1_500;
const PAUSE_MS = 200;
const NEVER = Number.NEGATIVE_INFINITY;

/** @internal What the pulse goes through. */
export interface PulseOptions {
  /** Begins one subscription, and returns what ends it. */
  readonly subscribe: (events: SubscriptionEvents) => () => void;
  readonly publish: (sentMs: number) => Promise<unknown>;
  /** The first beat of a subscription has come back. */
  readonly onBegin: () => void;
  /** Answers when it was sent, if it is one of our beats. */
  readonly onMessage: (text: string) => number | undefined;
}

/** @internal */
export interface Pulse {
  readonly isLive: () => boolean;
  readonly close: () => void;
}

/**
 * Keeps subscribed, and knows whether what is published now would be heard.
 *
 * @internal
 */
export function keepPulse({ subscribe, publish, onBegin, onMessage }: PulseOptions): Pulse {
  let subscription: { readonly end: () => void; readonly begunMs: number } | undefined;
  let heardMs = NEVER;
  let pause: NodeJS.Timeout | undefined;
  const isFresh = (sinceMs: number): boolean => performance.now() - sinceMs < TRUSTED_MS;

  function begin(): void {
    const end = subscribe({
      onBegin: beat,
      onMessage(text) {
        const sentMs = onMessage(text);
        if (sentMs === undefined || !isFresh(sentMs)) return;
        if (heardMs === NEVER) onBegin();
        heardMs = sentMs;
      },
      onEnd: beginAnew,
    });
    subscription = { end, begunMs: performance.now() };
  }

  function beginAnew(): void {
    subscription?.end();
    [subscription, heardMs] = [undefined, NEVER];
    clearTimeout(pause);
    pause = setTimeout(begin, PAUSE_MS);
  }

  /** The sockets have their turn first: what has arrived and was not read because the process was busy is not late. */
  function check(): void {
    setImmediate(() => {
      if (subscription === undefined) return;
      if (isFresh(heardMs) || isFresh(subscription.begunMs)) beat();
      else beginAnew();
    });
  }

  function beat(): void {
    publish(performance.now()).catch(() => undefined);
  }

  begin();
  const timer = setInterval(check, BEAT_MS);
  return {
    isLive: () => isFresh(heardMs),
    close() {
      clearInterval(timer);
      clearTimeout(pause);
      subscription?.end();
      [subscription, heardMs] = [undefined, NEVER];
    },
  };
}
