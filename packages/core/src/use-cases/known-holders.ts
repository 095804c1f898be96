import type { Principal } from '../domain/principal.js';
import { later } from '../domain/timestamp.js';
import type { Timestamp } from '../domain/timestamp.js';
import type { IdentitySignals } from '../ports/identity-signals.js';

/**
 * Who holds a credential, remembered by its hash for a second at most, so that not every request asks the store.
 *
 * @internal
 */
export interface KnownHolders {
  /** The one remembered, or the one that `look` finds. What is found is good until `expiresAt` at most. */
  get(hash: string, now: Timestamp, look: () => Promise<Holder | undefined>): Promise<Principal | undefined>;
  /** Asks the store again about everyone. */
  readonly forget: () => void;
}

/** @internal */
export interface Holder {
  readonly principal: Principal;
  readonly expiresAt: Timestamp | undefined;
}

const MAX_KNOWN = 10_000;
/** How long what another process changed may go unnoticed here when no signal of it arrives. */
const TRUST_MS = 1_000;

/** @internal Without signals there is nobody else to hear from sooner, so the second holds. */
export function knownHolders(signals: IdentitySignals | undefined): KnownHolders {
  const known = new Map<string, { readonly principal: Principal; readonly until: Timestamp }>();
  let forgotten = 0;

  function forget(): void {
    forgotten += 1;
    known.clear();
  }

  function remember(hash: string, { principal, expiresAt }: Holder, now: Timestamp): void {
    const trusted = later(now, TRUST_MS);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(hash, { principal, until: expiresAt !== undefined && expiresAt < trusted ? expiresAt : trusted });
  }

  signals?.listen(forget);
  return {
    forget,
    async get(hash, now, look) {
      const held = signals?.isLive() === false ? undefined : known.get(hash);
      if (held !== undefined && now < held.until) return held.principal;
      known.delete(hash);
      const before = forgotten;
      const holder = await look();
      if (holder === undefined) return undefined;
      // What was read before something changed must not be known after it.
      if (before === forgotten) remember(hash, holder, now);
      return holder.principal;
    },
  };
}
