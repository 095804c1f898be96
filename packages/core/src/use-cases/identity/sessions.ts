import { securityEvent } from '../../domain/security-event.js';
import { later } from '../../domain/timestamp.js';
import { NotFoundError } from '../../errors.js';
import { userClaim } from '../../ports/user-store.js';
import type { Access } from '../access.js';
import { keepAudit, reportKept } from '../audit.js';
import { changePassword } from './change-password.js';
import type { SessionUseCases } from './identity.js';
import { refresh } from './refresh.js';
import type { RefreshDeps } from './refresh.js';
import { signIn } from './sign-in.js';
import type { SignInDeps } from './sign-in.js';

/** @internal */
export interface SessionUseCasesDeps extends SignInDeps, RefreshDeps {
  readonly access: Access;
}

/** @internal */
export function makeSessionUseCases(deps: SessionUseCasesDeps): SessionUseCases {
  const { unitOfWork, reader, clock, access } = deps;
  return {
    signIn: (input) => signIn(deps, input),
    refresh: (refreshToken, origin) => refresh(deps, refreshToken, origin),
    async signOut(principal) {
      const { token } = principal;
      if (token === undefined) return;
      const events = [securityEvent('token.revoked', principal, token.sessionId, { by: 'sign-out' })];
      await unitOfWork.run({}, async (stores) => {
        await stores.sessions.end(token.sessionId, clock.now());
        await keepAudit(deps, stores, events);
      });
      reportKept(deps, events);
      await deps.onStandingChanged();
    },
    async endSessions(principal, id) {
      await access.expect(principal, 'user:manage');
      const events = [securityEvent('token.revoked', principal, id, { by: 'administrator' })];
      await unitOfWork.run({ keys: [userClaim(id)] }, async (stores) => {
        if ((await stores.users.find(id)) === undefined) throw new NotFoundError('user', id);
        await stores.sessions.endAllOf(id, clock.now());
        await keepAudit(deps, stores, events);
      });
      reportKept(deps, events);
      await deps.onStandingChanged();
    },
    async revokeToken(principal, tokenId) {
      await access.expect(principal, 'user:manage');
      const [revokedAt, events] = [clock.now(), [securityEvent('token.revoked', principal, tokenId)]];
      await unitOfWork.run({}, async (stores) => {
        // Nobody knows when a token ends that nobody shows: at the latest when one does that is issued now.
        await stores.sessions.revokeToken({ tokenId, revokedAt, expiresAt: later(revokedAt, deps.times.accessMs) });
        await keepAudit(deps, stores, events);
      });
      reportKept(deps, events);
      await deps.onStandingChanged();
    },
    async whoAmI(principal) {
      return { principal, user: principal.userId === undefined ? undefined : await reader.find(principal.userId) };
    },
    changePassword: (principal, before, after) => changePassword(deps, principal, before, after),
  };
}
