import { networkOf } from '@xzepr/core';
import type { SecurityEvent, SecurityEventKind } from '@xzepr/core';

/** What someone who tries things out makes many of. */
const FAILURES: ReadonlySet<SecurityEventKind> = new Set<SecurityEventKind>([
  ...(['sign_in.failed', 'sign_in.slowed', 'access.denied', 'rate.limited', 'origin.refused'] as const),
  ...(['input.refused', 'credential.refused'] as const),
]);

/** @internal */
export interface BurstLimits {
  /** So many failures of one account, address or key in a window are told one by one. */
  readonly failures: number;
  readonly windowMs: number;
  /** Accounts, addresses and keys that are watched at once. */
  readonly watched: number;
}

/** @internal `told`: as any event. `burst`: too many now, tell that once. `silent`: part of a burst that has been told. */
export type Tidings =
  | { readonly kind: 'told' }
  | { readonly kind: 'burst'; readonly by: 'actor' | 'target' | 'address'; readonly of: string }
  | { readonly kind: 'silent' };

interface Watch {
  began: number;
  seen: number;
  /** A burst goes on until a whole window brings few. */
  inBurst: boolean;
}

/** @internal Tells bursts of failures from failures. `nowMs` only ever goes forward. */
export function burstDetector({
  failures,
  windowMs,
  watched,
}: BurstLimits): (event: SecurityEvent, nowMs: number) => Tidings {
  const watches = new Map<string, Watch>();

  function seen(key: string, nowMs: number): Watch {
    const watch = watches.get(key) ?? { began: nowMs, seen: 0, inBurst: false };
    if (nowMs - watch.began >= windowMs) {
      watch.inBurst = watch.inBurst && watch.seen > failures && nowMs - watch.began < 2 * windowMs;
      watch.began = nowMs;
      watch.seen = 0;
    }
    watch.seen += 1;
    // The one that was longest without an event goes when there are too many.
    watches.delete(key);
    watches.set(key, watch);
    const oldest = watches.keys().next().value;
    if (watches.size > watched && oldest !== undefined) watches.delete(oldest);
    return watch;
  }

  return (event, nowMs) => {
    if (!FAILURES.has(event.kind)) return { kind: 'told' };
    let tidings: Tidings = { kind: 'told' };
    for (const [by, of] of Object.entries(dimensionsOf(event))) {
      if (of === undefined) continue;
      const watch = seen(`${event.kind} ${by} ${of}`, nowMs);
      if (watch.inBurst) tidings = tidings.kind === 'told' ? { kind: 'silent' } : tidings;
      else if (watch.seen > failures) {
        watch.inBurst = true;
        tidings = { kind: 'burst', by: by as 'actor' | 'target' | 'address', of };
      }
    }
    return tidings;
  };
}

function dimensionsOf({ kind, actor, target, origin: { address } }: SecurityEvent) {
  // What a stranger may choose at will is no account: only a sign-in names one.
  const account = kind.startsWith('sign_in.') ? target : undefined;
  return { actor, target: account, address: address === undefined ? undefined : networkOf(address) };
}
