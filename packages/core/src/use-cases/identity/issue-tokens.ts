import type { SessionId, TokenId } from '../../domain/ids.js';
import type { RefreshToken, Session } from '../../domain/session.js';
import { later, unixMs } from '../../domain/timestamp.js';
import type { Timestamp } from '../../domain/timestamp.js';
import type { User } from '../../domain/user.js';
import type { Clock } from '../../ports/clock.js';
import type { Digest } from '../../ports/digest.js';
import type { Ids } from '../../ports/ids.js';
import type { Secrets, TokenSigner } from '../../ports/tokens.js';
import type { TokenPair } from './identity.js';

/**
 * How long tokens are good, in milliseconds. A session ends when its newest refresh token does, and after `sessionMs` whatever
 * happens.
 *
 * @public
 */
export interface TokenTimes {
  /** 15 minutes when left out. */
  readonly accessMs?: number;
  /** 7 days when left out. */
  readonly refreshMs?: number;
  /** 30 days when left out. */
  readonly sessionMs?: number;
}

/** @internal */
export const DEFAULT_TIMES: Required<TokenTimes> = {
  accessMs: 15 * 60_000,
  refreshMs: 7 * 24 * 60 * 60_000,
  sessionMs: 30 * 24 * 60 * 60_000,
};

/** @internal */
export interface IssueDeps {
  readonly signer: TokenSigner;
  readonly secrets: Secrets;
  readonly digest: Digest;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly times: Required<TokenTimes>;
}

/** @internal A refresh token as it is handed out and as it is kept. */
export interface NewRefreshToken {
  readonly secret: string;
  readonly kept: RefreshToken;
}

/** @internal A refresh token that may follow in a session begun at `sessionBegan`. */
export function newRefreshToken(
  { secrets, digest, times }: IssueDeps,
  sessionId: SessionId,
  sessionBegan: Timestamp,
  now: Timestamp,
): NewRefreshToken {
  const secret = secrets.generate();
  const expiresAt = earlier(later(now, times.refreshMs), later(sessionBegan, times.sessionMs));
  return { secret, kept: { hash: digest.sha256(secret), sessionId, expiresAt, usedAt: undefined } };
}

/** @internal A session that begins now, with its first refresh token. */
export function newSession(
  deps: IssueDeps,
  user: User,
  provider: string | undefined,
): { readonly session: Session; readonly refresh: NewRefreshToken } {
  const now = deps.clock.now();
  const id = deps.ids.next() as SessionId;
  const refresh = newRefreshToken(deps, id, now, now);
  const { expiresAt } = refresh.kept;
  const session = { id, userId: user.id, provider, createdAt: now, expiresAt, revokedAt: undefined };
  return { session, refresh };
}

/** @internal The pair that a session's newest refresh token makes with a new access token, which does not outlive it. */
export function tokenPair(
  { signer, ids, clock, times }: IssueDeps,
  { id: userId, roles }: User,
  { secret: refreshToken, kept }: NewRefreshToken,
): TokenPair {
  const { sessionId } = kept;
  const issuedAt = clock.now();
  const tokenId = ids.next() as TokenId;
  const expiresAt = earlier(later(issuedAt, times.accessMs), kept.expiresAt);
  const accessToken = signer.sign({ tokenId, userId, sessionId, roles, issuedAt, expiresAt });
  const expiresIn = Math.floor((unixMs(expiresAt) - unixMs(issuedAt)) / 1_000);
  return { accessToken, refreshToken, expiresIn, userId, sessionId, tokenId };
}

function earlier(a: Timestamp, b: Timestamp): Timestamp {
  return a < b ? a : b;
}
