import type { GroupId, ReceiverId, UserId } from '../domain/ids.js';
import { RegistryError } from './registry-error.js';

/** @public The credential is for other receivers. */
export class ReceiverForbiddenError extends RegistryError {
  override readonly name = 'ReceiverForbiddenError';
  readonly code = 'RECEIVER_FORBIDDEN';
  constructor(id: ReceiverId) {
    super(`this credential may not post to receiver ${id}; use one that may`);
  }
}

/** @public The receiver is in a group for members only, and the principal is neither member nor owner. */
export class NotAMemberError extends RegistryError {
  override readonly name = 'NotAMemberError';
  readonly code = 'NOT_A_MEMBER';
  readonly groupId: GroupId;
  constructor(groupId: GroupId) {
    super(`only members of group ${groupId} may do this; ask its owner`);
    this.groupId = groupId;
  }
}

/** @public The username is taken, perhaps in another case. */
export class UserExistsError extends RegistryError {
  override readonly name = 'UserExistsError';
  readonly code = 'USER_EXISTS';
  readonly existingId: UserId;
  constructor(existingId: UserId) {
    super(`user ${existingId} already has this username, perhaps in another case; choose another`);
    this.existingId = existingId;
  }
}

/** @public A user who is named does not exist; `problems` points at them. */
export class UserUnknownError extends RegistryError {
  override readonly name = 'UserUnknownError';
  readonly code = 'USER_UNKNOWN';
  constructor(pointer: string) {
    super('a user who is named does not exist; create them first', {
      problems: [{ pointer, detail: 'there is no such user' }],
    });
  }
}

/** @public Afterwards nobody could do everything any more. */
export class LastAdminError extends RegistryError {
  override readonly name = 'LastAdminError';
  readonly code = 'LAST_ADMIN';
  constructor() {
    super('nobody would be left who may do everything; give someone else the role admin first');
  }
}

/** @public They do not get in, and are not told why. */
export class SignInRefusedError extends RegistryError {
  override readonly name = 'SignInRefusedError';
  readonly code = 'SIGN_IN_REFUSED';
  constructor(message: string = 'that did not open anything; check what was given') {
    super(message);
  }
}

/** @public Too many attempts of late. */
export class SignInSlowedError extends RegistryError {
  override readonly name = 'SignInSlowedError';
  readonly code = 'SIGN_IN_SLOWED';
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super(`too many attempts to sign in; try again in ${String(retryAfterSeconds)} s`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** @public The identity provider said no, or what it said does not hold. The message may be shown to whoever came. */
export class IdentityProviderRefusedError extends RegistryError {
  override readonly name = 'IdentityProviderRefusedError';
  readonly code = 'IDENTITY_PROVIDER_REFUSED';
}

/** @public The identity provider does not answer. */
export class IdentityProviderUnavailableError extends RegistryError {
  override readonly name = 'IdentityProviderUnavailableError';
  readonly code = 'IDENTITY_PROVIDER_UNAVAILABLE';
  constructor(options?: ErrorOptions) {
    super('the identity provider does not answer now; try again a little later', options);
  }
}
