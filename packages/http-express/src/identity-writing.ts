import { grantedTo } from '@xzepr/core';
import type { AuditEntry, Member, TokenPair, User, WhoAmI } from '@xzepr/core';

/** @internal */
export function userJson(user: User): string {
  return JSON.stringify(userFields(user));
}

/** @internal */
export function memberJson({ userId, addedBy, addedAt }: Member): string {
  return JSON.stringify({ user_id: userId, added_by: addedBy, added_at: addedAt });
}

/** @internal */
export function tokensJson({ accessToken, refreshToken, expiresIn }: TokenPair): string {
  const pair = { access_token: accessToken, refresh_token: refreshToken };
  return JSON.stringify({ ...pair, token_type: 'Bearer', expires_in: expiresIn });
}

/** @internal */
export function whoAmIJson({ principal, user }: WhoAmI): string {
  const { id, kind, roles, receiverIds, userId } = principal;
  return JSON.stringify({
    ...{ id, kind, roles, permissions: grantedTo(principal), event_receiver_ids: receiverIds ?? null },
    ...{ user_id: userId ?? null, user: user === undefined ? null : userFields(user) },
  });
}

/** @internal */
export function auditEntryJson({ id, at, kind, actor, target, origin, detail }: AuditEntry): string {
  const { address = null, requestId = null } = origin;
  const who = { id, at, kind, actor: actor ?? null, target: target ?? null };
  return JSON.stringify({ ...who, address, request_id: requestId, detail });
}

function userFields(user: User): Readonly<Record<string, unknown>> {
  const { id, username, displayName, email, roles, rolesSetHere, enabled, resourceVersion } = user;
  return {
    ...{ id, username, display_name: displayName, email: email ?? null, roles, roles_set_here: rolesSetHere, enabled },
    ...{ resource_version: resourceVersion, created_by: user.createdBy },
    ...{ created_at: user.createdAt, updated_at: user.updatedAt },
  };
}
