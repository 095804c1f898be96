import type {
  StoreRejectedError,
  StoreUnavailableError,
  CheckerBusyError,
  RegistryBusyError,
} from './errors/availability-errors.js';
import type {
  ReceiverForbiddenError,
  NotAMemberError,
  UserExistsError,
  UserUnknownError,
  LastAdminError,
  SignInRefusedError,
  SignInSlowedError,
  IdentityProviderRefusedError,
  IdentityProviderUnavailableError,
} from './errors/identity-errors.js';
import type {
  InvalidInputError,
  InvalidQueryError,
  InvalidCursorError,
  PayloadRefusedError,
  PayloadCheckLimitError,
  SchemaRefusedError,
} from './errors/input-errors.js';
import type {
  PermissionDeniedError,
  NotFoundError,
  ReceiverUnknownError,
  ReceiverDisabledError,
  ReceiverExistsError,
  ReceiverInUseError,
  GroupExistsError,
  VersionStaleError,
  BatchRefusedError,
  IdempotencyKeyReusedError,
  IdempotencyKeyInUseError,
} from './errors/state-errors.js';
import type { RegistryErrorCode } from './errors/registry-error.js';

export * from './errors/availability-errors.js';
export * from './errors/identity-errors.js';
export * from './errors/input-errors.js';
export * from './errors/state-errors.js';
export { RegistryError } from './errors/registry-error.js';
export type { RegistryErrorCode } from './errors/registry-error.js';

/** @public Every error of the registry: `switch (error.code)` narrows it. */
export type AnyRegistryError =
  | InvalidInputError
  | InvalidQueryError
  | InvalidCursorError
  | PayloadRefusedError
  | PayloadCheckLimitError
  | SchemaRefusedError
  | PermissionDeniedError
  | NotFoundError
  | ReceiverUnknownError
  | ReceiverDisabledError
  | ReceiverExistsError
  | ReceiverInUseError
  | GroupExistsError
  | ReceiverForbiddenError
  | NotAMemberError
  | UserExistsError
  | UserUnknownError
  | LastAdminError
  | SignInRefusedError
  | SignInSlowedError
  | IdentityProviderRefusedError
  | IdentityProviderUnavailableError
  | VersionStaleError
  | BatchRefusedError
  | IdempotencyKeyReusedError
  | IdempotencyKeyInUseError
  | StoreRejectedError
  | StoreUnavailableError
  | CheckerBusyError
  | RegistryBusyError;

const PASSING = {
  INVALID_INPUT: false,
  INVALID_QUERY: false,
  INVALID_CURSOR: false,
  PAYLOAD_REFUSED: false,
  PAYLOAD_CHECK_LIMIT: true,
  SCHEMA_REFUSED: false,
  PERMISSION_DENIED: true,
  RECEIVER_FORBIDDEN: true,
  NOT_A_MEMBER: true,
  NOT_FOUND: false,
  RECEIVER_UNKNOWN: false,
  RECEIVER_DISABLED: false,
  RECEIVER_EXISTS: false,
  RECEIVER_IN_USE: false,
  GROUP_EXISTS: false,
  USER_EXISTS: false,
  USER_UNKNOWN: false,
  LAST_ADMIN: true,
  SIGN_IN_REFUSED: true,
  SIGN_IN_SLOWED: true,
  IDENTITY_PROVIDER_REFUSED: true,
  IDENTITY_PROVIDER_UNAVAILABLE: true,
  VERSION_STALE: false,
  BATCH_REFUSED: false,
  IDEMPOTENCY_KEY_REUSED: true,
  IDEMPOTENCY_KEY_IN_USE: true,
  STORE_REJECTED: false,
  STORE_UNAVAILABLE: true,
  CHECKER_BUSY: true,
  REGISTRY_BUSY: true,
} as const satisfies Readonly<Record<RegistryErrorCode, boolean>>;

/**
 * Whether `value` is one of the registry's errors. Asks for the code, not the class: two copies of the core may be installed.
 *
 * @public
 */
export function isRegistryError(value: unknown): value is AnyRegistryError {
  return (
    value instanceof Error && 'code' in value && typeof value.code === 'string' && Object.hasOwn(PASSING, value.code)
  );
}

/**
 * Whether the error answers the request for good, so that an idempotency key keeps it. The others say that it was not looked
 * at, or may go through when repeated.
 *
 * @internal
 */
export function isDecided(error: AnyRegistryError): boolean {
  return !PASSING[error.code];
}
