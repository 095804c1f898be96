import type { UserId } from './ids.js';
import type { Role } from './permission.js';
import type { Timestamp } from './timestamp.js';

/**
 * A person who may sign in. Never deleted, because what they made names them: disabled instead.
 *
 * @public
 */
export interface User {
  readonly id: UserId;
  /** 1 to 64 of `A-Za-z0-9._@+-`, so that no two look alike; unique without regard to case. */
  readonly username: string;
  /** Empty when there is none. */
  readonly displayName: string;
  readonly email: string | undefined;
  readonly roles: readonly Role[];
  /** Whether an administrator set the roles here. Those that a provider gave follow the provider at each sign-in. */
  readonly rolesSetHere: boolean;
  /** One who is disabled opens nothing, from the moment that is kept. */
  readonly enabled: boolean;
  /** 1 when created, one more for each change. */
  readonly resourceVersion: number;
  readonly createdBy: string;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
}

/**
 * A person as an identity provider knows them. Both together are unique; nothing else is.
 *
 * @public
 */
export interface ExternalIdentity {
  /** The name that the provider has in the settings. */
  readonly provider: string;
  /** Its `sub`, at most 255 characters. */
  readonly subject: string;
}

const USERNAME = /^[A-Za-z0-9._@+-]{1,64}$/;

/**
 * What is wrong with a username, undefined when nothing is.
 *
 * @public
 */
export function usernameFault(username: unknown): string | undefined {
  if (typeof username === 'string' && USERNAME.test(username)) return undefined;
  return 'must be 1 to 64 of A-Z, a-z, 0-9 and . _ @ + -, so that no two look alike';
}

/**
 * The form by which usernames are told apart: two that differ in case only are the same.
 *
 * @public
 */
export function usernameKey(username: string): string {
  return username.toLowerCase();
}
