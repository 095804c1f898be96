import type { GroupId, ReceiverId } from '../domain/ids.js';
import type { Permission } from '../domain/permission.js';
import type { Principal } from '../domain/principal.js';

/**
 * Has the last word on what a principal's roles allow. It is asked after the role map has said yes, and can only say no.
 *
 * @public
 */
export interface AccessPolicy {
  /** Answers at once, not by a promise, where it can. When unsure it says no; it never throws. */
  allows(question: AccessQuestion): boolean | Promise<boolean>;
}

/** @public May `principal` do `permission`, to that receiver or group where it is about one? */
export interface AccessQuestion {
  readonly principal: Principal;
  readonly permission: Permission;
  readonly receiverId?: ReceiverId;
  readonly groupId?: GroupId;
}
