import type { ReceiverId, SessionId, TokenId, UserId } from './ids.js';
import { ROLE_PERMISSIONS } from './permission.js';
import type { Permission, Role } from './permission.js';
import type { Timestamp } from './timestamp.js';

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
  /** When given, only these of what the roles allow. */
  readonly permissions?: readonly Permission[];
  /** When given, events may be posted to these receivers only. */
  readonly receiverIds?: readonly ReceiverId[];
  /** When the API key that it is stops opening anything: a key that it makes or rotates ends no later. */
  readonly endsAt?: Timestamp;
  /** The user who it is, or on whose behalf a key acts; owners and members of groups are told by it. */
  readonly userId?: UserId;
  /** The access token that was shown, where it was one. */
  readonly token?: PrincipalToken;
  /** Where the request came from, for the audit log. */
  readonly origin?: Origin;
}

/** @public What of an access token is needed to end it. */
export interface PrincipalToken {
  readonly id: TokenId;
  readonly sessionId: SessionId;
  readonly expiresAt: Timestamp;
}

/**
 * Where a request came from. `address` is that of the client as the edge knows it, never one that the client names.
 *
 * @public
 */
export interface Origin {
  readonly address?: string;
  readonly requestId?: string;
}

/**
 * Whether any of the principal's roles carries `permission`, and nothing narrows it away. A role that the map does not know
 * carries nothing.
 *
 * @public
 */
export function isAllowed({ roles, permissions }: Principal, permission: Permission): boolean {
  if (permissions !== undefined && !permissions.includes(permission)) return false;
  return roles.some((role) => permissionsOf(role).includes(permission));
}

/**
 * Everything that the principal may do.
 *
 * @public
 */
export function grantedTo(principal: Principal): readonly Permission[] {
  const carried = new Set(principal.roles.flatMap(permissionsOf));
  return [...carried].filter((permission) => isAllowed(principal, permission));
}

function permissionsOf(role: Role): readonly Permission[] {
  return Object.hasOwn(ROLE_PERMISSIONS, role) ? ROLE_PERMISSIONS[role] : [];
}

/**
 * Whom something that the principal makes belongs to.
 *
 * @internal
 */
export function ownerIdOf({ id, userId }: Principal): string {
  return userId ?? id;
}

/**
 * Whether the principal runs the whole registry, and is not narrowed.
 *
 * @internal
 */
export function isAdmin(principal: Principal): boolean {
  return principal.receiverIds === undefined && isAllowed(principal, 'user:manage');
}
