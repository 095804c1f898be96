import { ROLE_PERMISSIONS } from './permission.js';
import type { Permission, Role } from './permission.js';

/**
 * Who is asking, after someone has made sure that it is them.
 *
 * @public
 */
export interface Principal {
  /** Stable and unique over all kinds; written into what the principal creates. */
  readonly id: string;
  readonly kind: 'user' | 'api_key' | 'service';
  readonly roles: readonly Role[];
}

/**
 * Whether any of the principal's roles carries `permission`. A role that the map does not know carries nothing.
 *
 * @public
 */
export function isAllowed(principal: Principal, permission: Permission): boolean {
  return principal.roles.some((role) => permissionsOf(role).includes(permission));
}

function permissionsOf(role: Role): readonly Permission[] {
  return Object.hasOwn(ROLE_PERMISSIONS, role) ? ROLE_PERMISSIONS[role] : [];
}
