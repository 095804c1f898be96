/**
 * Spreads that someone's standing has changed (disabled, revoked, other roles), so that no process trusts what it knew. Only the
 * hint travels: the truth is in the store.
 *
 * @public
 */
export interface IdentitySignals {
  /** Tells every process. Resolves when it was sent or could not be; never rejects. */
  send(): Promise<void>;
  /**
   * Calls `listener` when anyone has sent, this process included, and when something may have been missed: then before `isLive`
   * is true again. Several that were sent may be told as one. A listener must not throw.
   */
  listen(listener: () => void): void;
  /**
   * Whether what is sent now would arrive: while it would not, nobody may trust what they know. It takes up to two seconds to
   * notice, and can't notice everything, so what is trusted on its word is trusted for a limited time all the same.
   */
  isLive(): boolean;
}
