import { usernameKey } from '../../domain/user.js';
import type { PasswordHasher } from '../../ports/password-hasher.js';

const MIN_CHARACTERS = 12;
const MAX_CHARACTERS = 256;
/** Shorter names are in many passwords by chance. */
const TELLING_CHARACTERS = 4;

/**
 * What is wrong with a password that someone wants to have, undefined when nothing is. Long, not common and not the username: no
 * rules about kinds of characters, which make passwords worse (NIST SP 800-63B, 3.1.1).
 *
 * @internal
 */
export function passwordFault(password: unknown, username: string, hasher: PasswordHasher): string | undefined {
  if (typeof password !== 'string' || !password.isWellFormed()) return 'must be Unicode text';
  const characters = Array.from(password).length;
  if (characters < MIN_CHARACTERS || characters > MAX_CHARACTERS) {
    return `must have ${String(MIN_CHARACTERS)} to ${String(MAX_CHARACTERS)} characters`;
  }
  const name = usernameKey(username);
  if (name.length >= TELLING_CHARACTERS && password.toLowerCase().includes(name)) {
    return 'must not have the username in it';
  }
  return hasher.isCommon(password) ? 'is one of the commonest; choose another' : undefined;
}
