import type { Problem } from '../../domain/problem.js';
import { textFault } from '../../domain/text-rules.js';
import { usernameFault } from '../../domain/user.js';
import type { PasswordHasher } from '../../ports/password-hasher.js';
import { rolesProblems } from '../api-key-rights.js';
import type { UserChange, UserInput } from './identity.js';
import { passwordFault } from './password-rules.js';

/** @internal */
export const DISPLAY_NAME_RULE = { maxLength: 255, mayBeEmpty: true };
const EMAIL = /^[^\s@\p{C}]{1,64}@[^\s@\p{C}]{1,189}$/u;

/** @internal What is wrong with a user from outside. */
export function userProblems(input: UserInput, hasher: PasswordHasher): readonly Problem[] {
  const fault = usernameFault(input.username);
  const own = fault === undefined ? [] : [{ pointer: '/username', detail: fault }];
  return [...own, ...changeProblems(input, input.username, hasher)];
}

/** @internal What is wrong with a change of the user who is called `username`. */
export function changeProblems(change: UserChange, username: string, hasher: PasswordHasher): readonly Problem[] {
  const { displayName, email, roles, enabled, password } = change;
  const faults: Readonly<Record<string, string | undefined>> = {
    '/display_name': displayName === undefined ? undefined : textFault(displayName, DISPLAY_NAME_RULE),
    '/email': emailFault(email),
    '/enabled': enabled === undefined || typeof enabled === 'boolean' ? undefined : 'must be true or false',
    '/password': password === undefined ? undefined : passwordFault(password, username, hasher),
  };
  const problems = Object.entries(faults).flatMap(([pointer, detail]) =>
    detail === undefined ? [] : [{ pointer, detail }],
  );
  return roles === undefined ? problems : [...problems, ...rolesProblems(roles)];
}

/** @internal */
export function emailFault(email: string | null | undefined): string | undefined {
  return email === undefined || email === null || EMAIL.test(email) ? undefined : 'must be an e-mail address';
}
