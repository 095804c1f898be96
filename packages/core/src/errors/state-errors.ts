import type { GroupId, ReceiverId } from '../domain/ids.js';
import type { Permission } from '../domain/permission.js';
import type { Problem } from '../domain/problem.js';
import { RegistryError } from './registry-error.js';

/** @public The principal's roles do not carry `permission`, or the access policy says no to it here. */
export class PermissionDeniedError extends RegistryError {
  override readonly name = 'PermissionDeniedError';
  readonly code = 'PERMISSION_DENIED';
  readonly permission: Permission;
  constructor(permission: Permission, by: 'roles' | 'policy' = 'roles') {
    super(
      by === 'roles'
        ? `this needs the permission ${permission}; ask an administrator for a role that has it`
        : `the access policy does not allow ${permission} here; ask whoever writes it`,
    );
    this.permission = permission;
  }
}

/** @public There is no such thing, or no longer. */
export class NotFoundError extends RegistryError {
  override readonly name = 'NotFoundError';
  readonly code = 'NOT_FOUND';
  constructor(what: 'event' | 'receiver' | 'group' | 'API key' | 'user' | 'member' | 'identity provider', id: string) {
    super(`there is no ${what} ${id}`);
  }
}

/** @public An event or a group names receivers that do not exist; `problems` points at each. */
export class ReceiverUnknownError extends RegistryError {
  override readonly name = 'ReceiverUnknownError';
  readonly code = 'RECEIVER_UNKNOWN';
  constructor(pointers: readonly string[]) {
    const problems = pointers.map((pointer) => ({ pointer, detail: 'there is no such receiver' }));
    super('a receiver that is named does not exist; create it first', { problems });
  }
}

/** @public The receiver takes no events at present. */
export class ReceiverDisabledError extends RegistryError {
  override readonly name = 'ReceiverDisabledError';
  readonly code = 'RECEIVER_DISABLED';
  constructor(id: ReceiverId) {
    super(`receiver ${id} is disabled; enable it or post to another`);
  }
}

/** @public A receiver with this name, type and version is there already. */
export class ReceiverExistsError extends RegistryError {
  override readonly name = 'ReceiverExistsError';
  readonly code = 'RECEIVER_EXISTS';
  readonly existingId: ReceiverId;
  constructor(existingId: ReceiverId) {
    super(`receiver ${existingId} already has this name, type and version; use it or choose another version`);
    this.existingId = existingId;
  }
}

/** @public Events or groups refer to the receiver. */
export class ReceiverInUseError extends RegistryError {
  override readonly name = 'ReceiverInUseError';
  readonly code = 'RECEIVER_IN_USE';
  constructor(id: ReceiverId) {
    super(`events or groups refer to receiver ${id}; disable it instead`);
  }
}

/** @public A group with this name, type and version is there already. */
export class GroupExistsError extends RegistryError {
  override readonly name = 'GroupExistsError';
  readonly code = 'GROUP_EXISTS';
  readonly existingId: GroupId;
  constructor(existingId: GroupId) {
    super(`group ${existingId} already has this name, type and version; use it or choose another version`);
    this.existingId = existingId;
  }
}

/** @public What was to be changed has changed in the meantime. Read it again. */
export class VersionStaleError extends RegistryError {
  override readonly name = 'VersionStaleError';
  readonly code = 'VERSION_STALE';
  readonly currentVersion: number;
  constructor(currentVersion: number) {
    super(`it is at version ${String(currentVersion)} by now; read it again and repeat the change`);
    this.currentVersion = currentVersion;
  }
}

/** @public One or more events of an atomic batch were refused, so none was recorded; `problems` names each. */
export class BatchRefusedError extends RegistryError {
  override readonly name = 'BatchRefusedError';
  readonly code = 'BATCH_REFUSED';
  constructor(problems: readonly Problem[]) {
    super('an atomic batch has events that were refused, so none was recorded; correct them', { problems });
  }
}

/** @public The idempotency key was used before for another request. */
export class IdempotencyKeyReusedError extends RegistryError {
  override readonly name = 'IdempotencyKeyReusedError';
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  constructor() {
    super('this idempotency key was used for another request; use a new key for each request');
  }
}

/** @public The first request with this idempotency key is still under way. */
export class IdempotencyKeyInUseError extends RegistryError {
  override readonly name = 'IdempotencyKeyInUseError';
  readonly code = 'IDEMPOTENCY_KEY_IN_USE';
  constructor() {
    super('the first request with this idempotency key is still under way; repeat it a little later');
  }
}
