import type { Problem } from '../domain/problem.js';

/**
 * Every code the core throws. Codes are API: adding one is a minor release, renaming one a major.
 *
 * @public
 */
export type RegistryErrorCode =
  | 'INVALID_INPUT'
  | 'INVALID_QUERY'
  | 'INVALID_CURSOR'
  | 'PAYLOAD_REFUSED'
  | 'PAYLOAD_CHECK_LIMIT'
  | 'SCHEMA_REFUSED'
  | 'PERMISSION_DENIED'
  | 'RECEIVER_FORBIDDEN'
  | 'NOT_A_MEMBER'
  | 'NOT_FOUND'
  | 'RECEIVER_UNKNOWN'
  | 'RECEIVER_DISABLED'
  | 'RECEIVER_EXISTS'
  | 'RECEIVER_IN_USE'
  | 'GROUP_EXISTS'
  | 'USER_EXISTS'
  | 'USER_UNKNOWN'
  | 'LAST_ADMIN'
  | 'SIGN_IN_REFUSED'
  | 'SIGN_IN_SLOWED'
  | 'IDENTITY_PROVIDER_REFUSED'
  | 'IDENTITY_PROVIDER_UNAVAILABLE'
  | 'VERSION_STALE'
  | 'BATCH_REFUSED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'IDEMPOTENCY_KEY_IN_USE'
  | 'STORE_REJECTED'
  | 'STORE_UNAVAILABLE'
  | 'CHECKER_BUSY'
  | 'REGISTRY_BUSY';

/**
 * What the registry throws when it does not do what it was asked. `code` tells which; `problems` names the fields at fault.
 *
 * @public
 */
export abstract class RegistryError extends Error {
  abstract readonly code: RegistryErrorCode;
  /** Empty where no single field is at fault. */
  readonly problems: readonly Problem[];

  constructor(message: string, options?: ErrorOptions & { readonly problems?: readonly Problem[] }) {
    super(message, options);
    this.problems = options?.problems ?? [];
  }
}
