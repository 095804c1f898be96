import type { SessionId, UserId } from '../domain/ids.js';
import type { RefreshToken, RevokedToken, Session } from '../domain/session.js';
import type { Timestamp } from '../domain/timestamp.js';

/**
 * Sessions and their tokens, as those who write see them. Who begins one, or ends all of a user, claims the key `userClaim` of the
 * user.
 *
 * @public
 */
export interface SessionStore {
  /** Begins a session with its first refresh token. */
  begin(session: Session, token: RefreshToken): Promise<void>;
  /** By the hash of a refresh token, used or not; undefined when there is none. Holds the session until the unit of work ends. */
  findByToken(hash: string): Promise<SessionOfToken | undefined>;
  /** Marks the token of `usedHash` as used and gives the session its next. The session then expires when that does. */
  rotate(usedHash: string, at: Timestamp, next: RefreshToken): Promise<void>;
  /** Ends a session: no token of it is good any more. Changes nothing when it has ended. */
  end(id: SessionId, at: Timestamp): Promise<void>;
  /** Ends every session of a user except `except`; how many that were. */
  endAllOf(userId: UserId, at: Timestamp, except?: SessionId): Promise<number>;
  /** Ends one access token before its time. Changes nothing when it has ended. */
  revokeToken(token: RevokedToken): Promise<void>;
  /**
   * Forgets at most `limit` of each that expired before `before`: sessions with their tokens, and revoked tokens; how many. A token of
   * a session that goes on stays, so that it is known again.
   */
  forgetExpired(before: Timestamp, limit: number): Promise<number>;
}

/** @public */
export interface SessionOfToken {
  readonly session: Session;
  readonly token: RefreshToken;
}

/**
 * Round trips to identity providers that have begun. Each is taken once, by whoever brings its state back first.
 *
 * @public
 */
export interface RoundTripStore {
  add(roundTrip: RoundTrip): Promise<void>;
  /** Takes it away and gives it; undefined when there is none, or no longer. */
  take(stateHash: string): Promise<RoundTrip | undefined>;
  /** Forgets at most `limit` that expired before `before`; how many there were. */
  forgetExpired(before: Timestamp, limit: number): Promise<number>;
}

/** @public A round trip to an identity provider. What is secret in it is kept as a hash, where a hash is enough. */
export interface RoundTrip {
  /** SHA-256 of the `state` that went out. */
  readonly stateHash: string;
  readonly provider: string;
  /** SHA-256 of what the browser that began holds in a cookie. */
  readonly browserHash: string;
  readonly nonce: string;
  /** The PKCE code verifier. */
  readonly verifier: string;
  /** A path of this server to go on to; undefined to answer with the tokens. */
  readonly returnTo: string | undefined;
  readonly expiresAt: Timestamp;
}
