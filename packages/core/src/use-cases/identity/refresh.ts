import type { Origin } from '../../domain/principal.js';
import { securityEvent } from '../../domain/security-event.js';
import type { User } from '../../domain/user.js';
import { SignInRefusedError } from '../../errors.js';
import type { SessionOfToken } from '../../ports/session-store.js';
import type { Stores, UnitOfWork } from '../../ports/unit-of-work.js';
import { keepAudit, reportKept } from '../audit.js';
import type { AuditDeps } from '../audit.js';
import type { TokenPair } from './identity.js';
import { newRefreshToken, tokenPair } from './issue-tokens.js';
import type { IssueDeps, NewRefreshToken } from './issue-tokens.js';

/** @internal */
export interface RefreshDeps extends AuditDeps, IssueDeps {
  readonly unitOfWork: UnitOfWork;
  /** Called when a session was ended, after that was kept. */
  readonly onStandingChanged: () => Promise<void>;
}

type Rotation =
  | { readonly kind: 'refused' }
  | { readonly kind: 'reused'; readonly session: SessionOfToken['session'] }
  | { readonly kind: 'rotated'; readonly user: User; readonly next: NewRefreshToken };

const MAX_TOKEN = 512;

/** @internal The session is held while its token is looked at, so of two that bring one token the second finds it used. */
export async function refresh(deps: RefreshDeps, refreshToken: string, origin: Origin): Promise<TokenPair> {
  const hash = deps.digest.sha256(refreshToken.slice(0, MAX_TOKEN));
  const rotation = await deps.unitOfWork.run({}, (stores) => rotated(deps, stores, hash, origin));
  if (rotation.kind === 'rotated') return tokenPair(deps, rotation.user, rotation.next);
  if (rotation.kind === 'reused') {
    reportKept(deps, [reuse(rotation.session, origin)]);
    await deps.onStandingChanged();
  } else {
    deps.monitor?.report({ ...securityEvent('credential.refused', undefined, 'refresh token'), origin });
  }
  throw new SignInRefusedError();
}

async function rotated(deps: RefreshDeps, stores: Stores, hash: string, origin: Origin): Promise<Rotation> {
  const found = await stores.sessions.findByToken(hash);
  const now = deps.clock.now();
  if (found === undefined || found.session.revokedAt !== undefined) return { kind: 'refused' };
  const { session, token } = found;
  if (token.usedAt !== undefined) {
    await stores.sessions.end(session.id, now);
    await keepAudit(deps, stores, [reuse(session, origin)]);
    return { kind: 'reused', session };
  }
  const user = token.expiresAt > now ? await stores.users.find(session.userId) : undefined;
  if (user?.enabled !== true) return { kind: 'refused' };
  const next = newRefreshToken(deps, session.id, session.createdAt, now);
  await stores.sessions.rotate(token.hash, now, next.kept);
  return { kind: 'rotated', user, next };
}

function reuse({ id, userId }: SessionOfToken['session'], origin: Origin) {
  return { ...securityEvent('token.reused', undefined, id, { user: userId }), origin };
}
