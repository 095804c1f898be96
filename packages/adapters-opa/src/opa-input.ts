import { grantedTo } from '@xzepr/core';
import type { AccessQuestion } from '@xzepr/core';

/**
 * What the policy sees as `input`: everything that it may decide by, and nothing that tells two equal questions apart, since
 * decisions are remembered by it. What a principal does not have is left out, which Rego calls undefined.
 *
 * @internal
 */
export interface OpaInput {
  readonly principal: {
    readonly id: string;
    readonly kind: string;
    readonly roles: readonly string[];
    /** Everything that the roles carry and nothing narrows away. */
    readonly permissions: readonly string[];
    readonly receiver_ids?: readonly string[];
    readonly user_id?: string;
  };
  readonly permission: string;
  readonly receiver_id?: string;
  readonly group_id?: string;
}

/** @internal */
export function opaInput({ principal, permission, receiverId, groupId }: AccessQuestion): OpaInput {
  const { id, kind, roles, receiverIds, userId } = principal;
  return {
    principal: {
      ...{ id, kind, roles: roles.toSorted(), permissions: grantedTo(principal).toSorted() },
      ...(receiverIds === undefined ? {} : { receiver_ids: receiverIds.toSorted() }),
      ...(userId === undefined ? {} : { user_id: userId }),
    },
    permission,
    ...(receiverId === undefined ? {} : { receiver_id: receiverId }),
    ...(groupId === undefined ? {} : { group_id: groupId }),
  };
}
