import type { UserId } from '../../domain/ids.js';
import type { Role } from '../../domain/permission.js';
import { securityEvent } from '../../domain/security-event.js';
import type { SecurityEvent } from '../../domain/security-event.js';
import { textFault } from '../../domain/text-rules.js';
import { later } from '../../domain/timestamp.js';
import type { User } from '../../domain/user.js';
import { usernameFault } from '../../domain/user.js';
import { IdentityProviderRefusedError, InvalidQueryError, NotFoundError, SignInRefusedError } from '../../errors.js';
import type { IdentityProvider, VouchedPerson } from '../../ports/identity-provider.js';
import type { RoundTrip } from '../../ports/session-store.js';
import type { Stores } from '../../ports/unit-of-work.js';
import { USERS_CLAIM } from '../../ports/user-store.js';
import { keepAudit, reportKept } from '../audit.js';
import { expectAdminLeft } from './admins.js';
import type { ProviderUseCases, ReturningBrowser } from './identity.js';
import { begun } from './sign-in.js';
import type { SignInDeps } from './sign-in.js';
import { DISPLAY_NAME_RULE, emailFault } from './user-input.js';

/** @internal */
export interface ProviderDeps extends Omit<SignInDeps, 'limits' | 'passwords'> {
  readonly providers: readonly IdentityProvider[];
  readonly onStandingChanged: () => Promise<void>;
}

const TRIP_SECONDS = 600;
/** A path of this server: what a browser would not take for another host's. */
const LOCAL_PATH = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,1023}$/;

/** @internal */
export function makeProviderUseCases(deps: ProviderDeps): ProviderUseCases {
  const { unitOfWork, secrets, digest, clock } = deps;

  function providerOf(name: string): IdentityProvider {
    const provider = deps.providers.find((one) => one.name === name);
    if (provider === undefined) throw new NotFoundError('identity provider', name.slice(0, 64));
    return provider;
  }

  return {
    async beginTrip(name, callbackUrl, returnTo) {
      const provider = providerOf(name);
      if (returnTo !== undefined && !LOCAL_PATH.test(returnTo)) {
        throw new InvalidQueryError([
          { pointer: '/return_to', detail: 'must be a path of this server, beginning with /' },
        ]);
      }
      const [state, browser, nonce, verifier] = [1, 2, 3, 4].map(() => secrets.generate()) as [
        string,
        string,
        string,
        string,
      ];
      const url = await provider.begin({ state, nonce, verifier, callbackUrl });
      const trip: RoundTrip = {
        ...{ stateHash: digest.sha256(state), browserHash: digest.sha256(browser), provider: name, nonce, verifier },
        ...{ returnTo, expiresAt: later(clock.now(), TRIP_SECONDS * 1_000) },
      };
      await unitOfWork.run({}, ({ roundTrips }) => roundTrips.add(trip));
      return { url, browser, maxAgeSeconds: TRIP_SECONDS };
    },
    async finishTrip(name, back) {
      const provider = providerOf(name);
      const trip = await taken(deps, name, back);
      const person = await vouchedFor(deps, provider, trip, back);
      const user = await admitted(deps, name, person, back);
      return { tokens: await begun(deps, { user, provider: name, origin: back.origin }), returnTo: trip.returnTo };
    },
  };
}

/** What of a name or an address could not be kept is as if the provider had not said it. */
async function vouchedFor(
  { monitor }: ProviderDeps,
  provider: IdentityProvider,
  { nonce, verifier }: RoundTrip,
  { state = '', callbackUrl, query, origin }: ReturningBrowser,
): Promise<VouchedPerson> {
  try {
    const person = await provider.finish({ state, nonce, verifier, callbackUrl, query });
    const { displayName, email } = person;
    return {
      ...person,
      displayName: textFault(displayName, DISPLAY_NAME_RULE) === undefined ? displayName : undefined,
      email: emailFault(email) === undefined ? email : undefined,
    };
  } catch (error) {
    if (error instanceof IdentityProviderRefusedError) {
      monitor?.report({
        ...securityEvent('sign_in.failed', undefined, provider.name, { why: 'refused there' }),
        origin,
      });
    }
    throw error;
  }
}

/** Taken away whatever comes next: a state is good once. */
async function taken(deps: ProviderDeps, provider: string, back: ReturningBrowser): Promise<RoundTrip> {
  const { digest, clock } = deps;
  const stateHash = digest.sha256(back.state ?? '');
  const trip = await deps.unitOfWork.run({}, ({ roundTrips }) => roundTrips.take(stateHash));
  const fits =
    trip?.provider === provider &&
    trip.expiresAt > clock.now() &&
    back.browser !== undefined &&
    digest.sha256(back.browser) === trip.browserHash;
  if (fits) return trip;
  return refused(deps, back, securityEvent('sign_in.failed', undefined, provider, { why: 'round trip' }));
}

function refused(
  { monitor }: ProviderDeps,
  { origin }: ReturningBrowser,
  event: SecurityEvent,
  message?: string,
): never {
  monitor?.report({ ...event, origin });
  throw new SignInRefusedError(message ?? 'this sign-in is over or was begun elsewhere; begin again');
}

/** The user whom the provider vouches for, made at the first time and brought up to date at the others. */
async function admitted(
  deps: ProviderDeps,
  provider: string,
  person: VouchedPerson,
  back: ReturningBrowser,
): Promise<User> {
  const identity = { provider, subject: person.subject };
  const result = await deps.unitOfWork.run({ keys: [USERS_CLAIM] }, async (stores) => {
    const before = await stores.users.findByIdentity(identity);
    const roles = before?.rolesSetHere === true ? before.roles : person.roles;
    if (roles.length === 0) return undefined;
    const { user, events } =
      before === undefined
        ? await made(deps, stores, person, identity)
        : await updated(deps, stores, before, person, roles);
    const told = events.map((event) => ({ ...event, origin: back.origin }));
    await keepAudit(deps, stores, told);
    return { user, events: told };
  });
  if (result === undefined) {
    const event = securityEvent('sign_in.failed', undefined, provider, { why: 'no role' });
    return refused(deps, back, event, 'nothing that the identity provider says of you gives you a role here');
  }
  reportKept(deps, result.events);
  if (result.events.length > 0) await deps.onStandingChanged();
  return result.user;
}

interface Admission {
  readonly user: User;
  readonly events: readonly SecurityEvent[];
}

async function made(
  deps: ProviderDeps,
  stores: Stores,
  person: VouchedPerson,
  identity: { readonly provider: string; readonly subject: string },
): Promise<Admission> {
  const now = deps.clock.now();
  const id = deps.ids.next() as UserId;
  const blank: Omit<User, 'username'> = {
    ...{ id, displayName: person.displayName ?? '', email: person.email, roles: person.roles, rolesSetHere: false },
    ...{
      enabled: true,
      resourceVersion: 1,
      createdBy: `provider:${identity.provider}`,
      createdAt: now,
      updatedAt: now,
    },
  };
  for (const username of usernames(person, id)) {
    const user = { ...blank, username };
    // Who has the name already is never taken for this person: a provider cannot give away an account of ours.
    if ((await stores.users.add(user)).kind === 'taken') continue;
    await stores.users.link(id, identity);
    const detail = { provider: identity.provider, roles: person.roles.join(' ') };
    return { user, events: [securityEvent('user.created', undefined, id, detail)] };
  }
  throw new Error('no username was free, not even one made of an id');
}

function usernames({ username }: VouchedPerson, id: UserId): readonly string[] {
  const own = username !== undefined && usernameFault(username) === undefined ? username : undefined;
  if (own === undefined) return [id];
  return [own, `${own.slice(0, 57)}-${id.slice(-6)}`, id];
}

async function updated(
  deps: ProviderDeps,
  stores: Stores,
  before: User,
  person: VouchedPerson,
  roles: readonly Role[],
): Promise<Admission> {
  const { displayName = before.displayName, email = before.email } = person;
  const [from, to] = [before.roles.join(' '), roles.join(' ')];
  if (displayName === before.displayName && email === before.email && from === to) return { user: before, events: [] };
  const [resourceVersion, updatedAt] = [before.resourceVersion + 1, deps.clock.now()];
  const user = { ...before, displayName, email, roles, resourceVersion, updatedAt };
  await stores.users.replace(user);
  await expectAdminLeft(stores, before, user);
  const event =
    from === to
      ? securityEvent('user.changed', undefined, before.id, { provider: 'profile' })
      : securityEvent('user.roles_changed', undefined, before.id, { from, to, by: 'provider' });
  return { user, events: [event] };
}
