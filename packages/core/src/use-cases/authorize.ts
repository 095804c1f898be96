import { isAllowed } from '../domain/principal.js';
import type { Permission } from '../domain/permission.js';
import type { Principal } from '../domain/principal.js';
import { PermissionDeniedError } from '../errors.js';

/**
 * @throws PermissionDeniedError the principal may not
 * @internal
 */
export function authorize(principal: Principal, permission: Permission): void {
  if (!isAllowed(principal, permission)) throw new PermissionDeniedError(permission);
}
