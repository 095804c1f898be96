import { securityEvent } from '../../domain/security-event.js';
import type { SecurityEvent } from '../../domain/security-event.js';
import type { Principal } from '../../domain/principal.js';
import { usernameFault, usernameKey } from '../../domain/user.js';
import type { User } from '../../domain/user.js';
import { SignInRefusedError, SignInSlowedError } from '../../errors.js';
import type { PasswordCheck, PasswordHasher } from '../../ports/password-hasher.js';
import type { UserForSignIn, UserReader } from '../../ports/registry-reader.js';
import type { UnitOfWork } from '../../ports/unit-of-work.js';
import { keepAudit, reportKept } from '../audit.js';
import type { AuditDeps } from '../audit.js';
import type { SignInInput, TokenPair } from './identity.js';
import { newSession, tokenPair } from './issue-tokens.js';
import type { IssueDeps } from './issue-tokens.js';
import type { CountedAttempt, SignInLimits } from './sign-in-limits.js';

/** @internal */
export interface SignInDeps extends AuditDeps, IssueDeps {
  readonly unitOfWork: UnitOfWork;
  readonly reader: UserReader;
  readonly passwords: PasswordHasher;
  readonly limits: SignInLimits;
}

/** Longer ones are no password of ours, and hashing them would cost. */
const MAX_PASSWORD = 1_024;
const MAX_USERNAME = 255;

/** @internal */
export async function signIn(deps: SignInDeps, { username, password, origin }: SignInInput): Promise<TokenPair> {
  const counted = await attempt(deps, { username, password, origin });
  // What cannot be a username is not looked for: not every store could.
  const found = usernameFault(username) === undefined ? await deps.reader.findForSignIn(username) : undefined;
  const check = await checked(deps, password, found?.passwordHash);
  if (check === 'differs' || found?.user.enabled !== true) {
    return refuse(deps, securityEvent('sign_in.failed', undefined, accountOf(deps, username, found)), { origin });
  }
  const rehashed = check === 'outdated' ? await deps.passwords.hash(password) : undefined;
  const pair = await begun(deps, { user: found.user, provider: undefined, origin, rehashed });
  await counted.succeeded();
  return pair;
}

/** What is too long to be a password is checked all the same, cut: it takes as long as any other. */
async function checked({ passwords }: SignInDeps, password: string, hash: string | undefined): Promise<PasswordCheck> {
  const check = await passwords.verify(password.slice(0, MAX_PASSWORD), hash);
  return password.length > MAX_PASSWORD ? 'differs' : check;
}

/** @internal A session that is to begin. */
export interface Beginning {
  readonly user: User;
  readonly provider: string | undefined;
  readonly origin: SignInInput['origin'];
  /** The password in the form that is kept now. */
  readonly rehashed?: string | undefined;
}

/**
 * Begins a session, unless the user has been disabled in the meantime.
 *
 * @throws SignInRefusedError they were
 * @internal
 */
export async function begun(
  deps: Omit<SignInDeps, 'limits' | 'passwords'>,
  { user, provider, origin, rehashed }: Beginning,
): Promise<TokenPair> {
  const { session, refresh } = newSession(deps, user, provider);
  const who: Principal = { id: user.id, kind: 'user', roles: user.roles, origin };
  const events = [securityEvent('sign_in.succeeded', who, session.id, { by: provider ?? 'password' })];
  const current = await deps.unitOfWork.run({}, async (stores) => {
    const now = await stores.users.find(user.id);
    if (now?.enabled !== true) return undefined;
    if (rehashed !== undefined) await stores.users.setPassword(user.id, rehashed, deps.clock.now());
    await stores.sessions.begin(session, refresh.kept);
    await keepAudit(deps, stores, events);
    return now;
  });
  if (current === undefined) return refuse(deps, securityEvent('sign_in.failed', undefined, user.username), { origin });
  reportKept(deps, events);
  return tokenPair(deps, current, session.id, refresh.secret);
}

async function attempt(deps: SignInDeps, { username, origin }: SignInInput): Promise<CountedAttempt> {
  try {
    return await deps.limits.count(username.slice(0, MAX_USERNAME), origin);
  } catch (error) {
    if (error instanceof SignInSlowedError) {
      deps.monitor?.report({ ...securityEvent('sign_in.slowed', undefined, accountOf(deps, username)), origin });
    }
    throw error;
  }
}

/** A name that nobody has may be a password typed into the wrong field: it is not written down, but can be told from another. */
function accountOf({ digest }: IssueDeps, username: string, found?: UserForSignIn): string {
  return found?.user.username ?? `account ${digest.sha256(usernameKey(username)).slice(0, 12)}`;
}

function refuse({ monitor }: AuditDeps, event: SecurityEvent, { origin }: Pick<SignInInput, 'origin'>): never {
  monitor?.report({ ...event, origin });
  throw new SignInRefusedError();
}
