import type { Principal } from '../../domain/principal.js';
import { securityEvent } from '../../domain/security-event.js';
import type { User } from '../../domain/user.js';
import { InvalidInputError, SignInRefusedError } from '../../errors.js';
import { USERS_CLAIM, userClaim } from '../../ports/user-store.js';
import { keepAudit, reportKept } from '../audit.js';
import { passwordFault } from './password-rules.js';
import { checkPassword } from './sign-in.js';
import type { SignInDeps } from './sign-in.js';

/** @internal */
export interface ChangePasswordDeps extends SignInDeps {
  readonly onStandingChanged: () => Promise<void>;
}

/** @internal Ends every other session: whoever knew the password before may be in one. */
export async function changePassword(
  deps: ChangePasswordDeps,
  principal: Principal,
  before: string,
  after: string,
): Promise<void> {
  const { username } = await signedIn(deps, principal);
  const fault = passwordFault(after, username, deps.passwords);
  if (fault !== undefined) throw new InvalidInputError([{ pointer: '/new_password', detail: fault }]);
  const user = await proven(deps, principal, username, before);
  const hash = await deps.passwords.hash(after);
  const events = [securityEvent('user.password_changed', principal, user.id)];
  await deps.unitOfWork.run({ keys: [USERS_CLAIM, userClaim(user.id)] }, async (stores) => {
    const current = await stores.users.find(user.id);
    // Another password may have been set since this one was checked: that one stays.
    if (current?.enabled !== true || current.resourceVersion !== user.resourceVersion) {
      throw new SignInRefusedError('the user was changed in the meantime; try again');
    }
    const now = deps.clock.now();
    await stores.users.replace({ ...current, resourceVersion: current.resourceVersion + 1, updatedAt: now });
    await stores.users.setPassword(user.id, hash, now);
    await stores.sessions.endAllOf(user.id, now, principal.token?.sessionId);
    await keepAudit(deps, stores, events);
  });
  reportKept(deps, events);
  await deps.onStandingChanged();
}

/** A key acts for its owner, but is not them. */
async function signedIn({ reader }: ChangePasswordDeps, { token, userId }: Principal): Promise<User> {
  const user = token === undefined || userId === undefined ? undefined : await reader.find(userId);
  if (user === undefined) throw new SignInRefusedError('only a user who is signed in can change their password');
  return user;
}

/** The user whose password is `password`. Counted as a sign-in is: who has someone's screen for a minute must not find it out. */
async function proven(
  deps: ChangePasswordDeps,
  principal: Principal,
  username: string,
  password: string,
): Promise<User> {
  return deps.limits.attempt(username, principal.origin ?? {}, async () => {
    const found = await deps.reader.findForSignIn(username);
    const check = await checkPassword(deps, password, found?.passwordHash);
    if (check !== 'differs' && found !== undefined) return found.user;
    deps.monitor?.report(securityEvent('sign_in.failed', principal, username, { by: 'password change' }));
    throw new SignInRefusedError('the current password is not that one');
  });
}
