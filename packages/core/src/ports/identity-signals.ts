/**
 * Spreads that someone's standing has changed (disabled, revoked, other roles), so that no process trusts what it knew. Only the
 * hint travels: the truth is in the store.
 *
 * @public
 */
export interface IdentitySignals {
  /** Tells every process. Resolves when it was sent or could not be; never rejects. */
  send(): Promise<void>;
  /** Calls `listener` when anyone has sent, and when something may have been missed. */
  listen(listener: () => void): void;
  /** Whether what is sent now would arrive: while it would not, nobody may trust what they know. */
  isLive(): boolean;
}
