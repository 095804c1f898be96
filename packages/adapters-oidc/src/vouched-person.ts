import { IdentityProviderRefusedError, NAME_RULE, textFault, usernameFault } from '@xzepr/core';
import type { Role, VouchedPerson } from '@xzepr/core';

import { claimAt } from './claim-path.js';
import type { Claims } from './claim-path.js';
import { knownRoles } from './option-faults.js';
import type { OidcProviderOptions } from './provider-options.js';

/** @internal What a provider says, best source first: the ID token, then userinfo where that was asked. */
export type Sources = readonly Claims[];

type Reading = Pick<OidcProviderOptions, 'name' | 'roleClaim' | 'roleMap' | 'usernameClaim'>;

const EMAIL = /^[^\s@\p{C}]{1,64}@[^\s@\p{C}]{1,189}$/u;

/**
 * The person of whom `sources` speak. What does not fit here is left out, except the subject.
 *
 * @throws IdentityProviderRefusedError the subject is not one that can be kept
 * @internal
 */
export function vouchedPerson(sources: Sources, reading: Reading): VouchedPerson {
  const email = verifiedEmail(sources);
  return {
    subject: subjectOf(sources, reading),
    username: usernameOf(sources, reading, email),
    displayName: texts(sources, 'name').find((name) => textFault(name, NAME_RULE) === undefined),
    email,
    roles: rolesOf(sources, reading),
  };
}

/** @internal Whether userinfo could add what the ID token leaves open. */
export function isComplete(claims: Claims, reading: Reading): boolean {
  const named = usernameOf([claims], reading, verifiedEmail([claims])) !== undefined;
  return named && claimAt(claims, reading.roleClaim) !== undefined;
}

function subjectOf(sources: Sources, { name }: Reading): string {
  const [subject] = texts(sources, 'sub');
  if (subject !== undefined && textFault(subject, NAME_RULE) === undefined) return subject;
  throw new IdentityProviderRefusedError(`what ${name} says does not hold: the subject must have 1 to 255 characters`);
}

/** Both claims from one source: a verified address of one must not vouch for another address of the other. */
function verifiedEmail(sources: Sources): string | undefined {
  for (const { email, email_verified: verified } of sources) {
    if (typeof email === 'string') return verified === true && EMAIL.test(email) ? email : undefined;
  }
  return undefined;
}

function usernameOf(sources: Sources, { usernameClaim }: Reading, email: string | undefined): string | undefined {
  const candidates =
    usernameClaim === undefined
      ? [...texts(sources, 'preferred_username'), email, ...texts(sources, 'nickname')]
      : usernameClaim === 'email'
        ? [email]
        : texts(sources, usernameClaim);
  return candidates.find((candidate) => usernameFault(candidate) === undefined);
}

function rolesOf(sources: Sources, { roleClaim, roleMap }: Reading): readonly Role[] {
  const said = sources.map((claims) => claimAt(claims, roleClaim)).find((value) => value !== undefined);
  const values: readonly unknown[] = Array.isArray(said) ? said : [said];
  return knownRoles(values.flatMap((value) => rolesFor(roleMap, value)));
}

/** Own members only: a group may be called `constructor`. */
function rolesFor(roleMap: Reading['roleMap'], value: unknown): readonly Role[] {
  return typeof value === 'string' && Object.hasOwn(roleMap, value) ? (roleMap[value] ?? []) : [];
}

function texts(sources: Sources, path: string): readonly string[] {
  return sources.map((claims) => claimAt(claims, path)).filter((value) => typeof value === 'string');
}
