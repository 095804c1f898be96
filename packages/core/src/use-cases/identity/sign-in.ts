import { securityEvent } from '../../domain/security-event.js';
import type { SecurityEvent } from '../../domain/security-event.js';
import type { Principal } from '../../domain/principal.js';
import { usernameFault, usernameKey } from '../../domain/user.js';
import type { User } from '../../domain/user.js';
import { SignInRefusedError, SignInSlowedError, StoreUnavailableError } from '../../errors.js';
import type { PasswordCheck, PasswordHasher } from '../../ports/password-hasher.js';
import type { UserForSignIn, UserReader } from '../../ports/registry-reader.js';
import type { UnitOfWork } from '../../ports/unit-of-work.js';
import { userClaim } from '../../ports/user-store.js';
import { keepAudit, reportKept } from '../audit.js';
import type { AuditDeps } from '../audit.js';
import type { SignInInput, TokenPair } from './identity.js';
import { newSession, tokenPair } from './issue-tokens.js';
import type { IssueDeps } from './issue-tokens.js';
import type { SignInLimits } from './sign-in-limits.js';

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
/** How often a user may change under a sign-in before that is taken for a fault. */
const MAX_ROUNDS = 5;

/** @internal */
export async function signIn(deps: SignInDeps, input: SignInInput): Promise<TokenPair> {
  const { username, origin } = input;
  try {
    return await deps.limits.attempt(username.slice(0, MAX_USERNAME), origin, () => attempted(deps, input));
  } catch (error) {
    if (error instanceof SignInSlowedError) {
      deps.monitor?.report({ ...securityEvent('sign_in.slowed', undefined, accountOf(deps, username)), origin });
    }
    throw error;
  }
}

/** Looks again when the user was changed while the password was being checked: it may be another by now. */
async function attempted(deps: SignInDeps, input: SignInInput): Promise<TokenPair> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const proven = await provenUser(deps, input);
    const pair = await beginning(deps, { ...proven, provider: undefined, origin: input.origin });
    if (pair !== 'changed') return pair;
  }
  throw new StoreUnavailableError();
}

async function provenUser(
  deps: SignInDeps,
  { username, password, origin }: SignInInput,
): Promise<Required<Pick<Beginning, 'user' | 'password'>>> {
  const found = usernameFault(username) === undefined ? await deps.reader.findForSignIn(username) : undefined;
  const check = await checkPassword(deps, password, found?.passwordHash);
  if (check === 'differs' || found?.user.enabled !== true) {
    return refuse(deps, securityEvent('sign_in.failed', undefined, accountOf(deps, username, found)), { origin });
  }
  const rehashed = check === 'outdated' ? await deps.passwords.hash(password) : undefined;
  return { user: found.user, password: { rehashed } };
}

/** @internal What is too long to be a password is checked all the same, cut: it takes as long as any other. */
export async function checkPassword(
  { passwords }: Pick<SignInDeps, 'passwords'>,
  password: string,
  hash: string | undefined,
): Promise<PasswordCheck> {
  const check = await passwords.verify(password.slice(0, MAX_PASSWORD), hash);
  return password.length > MAX_PASSWORD ? 'differs' : check;
}

interface Beginning {
  readonly user: User;
  readonly provider: string | undefined;
  readonly origin: SignInInput['origin'];
  /** The password that was checked is that of `user`; in the form that is kept now where that is another. */
  readonly password?: { readonly rehashed: string | undefined };
}

type BeginDeps = Omit<SignInDeps, 'limits' | 'passwords'>;

/**
 * Begins a session of a user whom a provider has vouched for, unless they have been disabled in the meantime.
 *
 * @throws SignInRefusedError they were
 * @internal
 */
export async function begun(
  deps: BeginDeps,
  { user, provider, origin }: Omit<Beginning, 'password'>,
): Promise<TokenPair> {
  const pair = await beginning(deps, { user, provider, origin });
  if (pair === 'changed') throw new Error('there was no password that could have changed');
  return pair;
}

/** `changed`: the user is not any more as they were when their password was checked. */
async function beginning(
  deps: BeginDeps,
  { user, provider, origin, password }: Beginning,
): Promise<TokenPair | 'changed'> {
  const { session, refresh } = newSession(deps, user, provider);
  const who: Principal = { id: user.id, kind: 'user', roles: user.roles, origin };
  const events = [securityEvent('sign_in.succeeded', who, session.id, { by: provider ?? 'password' })];
  const current = await deps.unitOfWork.run({ keys: [userClaim(user.id)] }, async (stores) => {
    const now = await stores.users.find(user.id);
    if (now?.enabled !== true) return 'refused';
    if (password !== undefined && now.resourceVersion !== user.resourceVersion) return 'changed';
    if (password?.rehashed !== undefined) await stores.users.setPassword(user.id, password.rehashed, deps.clock.now());
    await stores.sessions.begin(session, refresh.kept);
    await keepAudit(deps, stores, events);
    return now;
  });
  if (current === 'changed') return current;
  if (current === 'refused') return refuse(deps, securityEvent('sign_in.failed', undefined, user.username), { origin });
  reportKept(deps, events);
  return tokenPair(deps, current, refresh);
}

/** A name that nobody has may be a password typed into the wrong field: it is not written down, but can be told from another. */
function accountOf({ digest }: IssueDeps, username: string, found?: UserForSignIn): string {
  return found?.user.username ?? `account ${digest.sha256(usernameKey(username)).slice(0, 12)}`;
}

function refuse({ monitor }: AuditDeps, event: SecurityEvent, { origin }: Pick<SignInInput, 'origin'>): never {
  monitor?.report({ ...event, origin });
  throw new SignInRefusedError();
}
