import type { SessionId, TokenId, UserId } from './ids.js';
import type { Role } from './permission.js';
import type { Timestamp } from './timestamp.js';

/**
 * A sign-in, and the family of all tokens that came of it. Ends when it is revoked or expires.
 *
 * @public
 */
export interface Session {
  readonly id: SessionId;
  readonly userId: UserId;
  /** The identity provider that vouched; undefined for a local password. */
  readonly provider: string | undefined;
  readonly createdAt: Timestamp;
  /** Of the newest refresh token. */
  readonly expiresAt: Timestamp;
  readonly revokedAt: Timestamp | undefined;
}

/**
 * A refresh token as it is kept: everything but the token. One that has been used is kept until it expires, to know it again.
 *
 * @public
 */
export interface RefreshToken {
  /** SHA-256 of the token, 64 lower-case hexadecimal digits. The token has 256 random bits, so no slower hash is needed. */
  readonly hash: string;
  readonly sessionId: SessionId;
  readonly expiresAt: Timestamp;
  readonly usedAt: Timestamp | undefined;
}

/**
 * What an access token says.
 *
 * @public
 */
export interface AccessClaims {
  readonly tokenId: TokenId;
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** As they were when it was issued, for others who read the token; here the user's own count. */
  readonly roles: readonly Role[];
  readonly issuedAt: Timestamp;
  readonly expiresAt: Timestamp;
}

/**
 * An access token that ended before its time. Of no use after `expiresAt`, when it would have ended by itself.
 *
 * @public
 */
export interface RevokedToken {
  readonly tokenId: TokenId;
  readonly revokedAt: Timestamp;
  readonly expiresAt: Timestamp;
}
