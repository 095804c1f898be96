import type { User } from '../../domain/user.js';
import { LastAdminError } from '../../errors.js';
import type { Stores } from '../../ports/unit-of-work.js';

/**
 * Looks after `after` was put in the place of `before` whether anyone is left who may do everything. `USERS_CLAIM` must be claimed.
 *
 * @throws LastAdminError nobody is
 * @internal
 */
export async function expectAdminLeft({ users }: Pick<Stores, 'users'>, before: User, after: User): Promise<void> {
  if (isAdminUser(before) && !isAdminUser(after) && (await users.countAdmins()) === 0) throw new LastAdminError();
}

function isAdminUser({ enabled, roles }: User): boolean {
  return enabled && roles.includes('admin');
}
