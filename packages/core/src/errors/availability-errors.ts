import { RegistryError } from './registry-error.js';

/** @public The store refused the data itself; nothing of it was stored, and repeating it will not help. */
export class StoreRejectedError extends RegistryError {
  override readonly name = 'StoreRejectedError';
  readonly code = 'STORE_REJECTED';
  constructor(options?: ErrorOptions) {
    super('the store refused a value in it; change it', options);
  }
}

/** @public The store cannot answer now. What was asked may or may not have been stored; repeat it with an idempotency key. */
export class StoreUnavailableError extends RegistryError {
  override readonly name = 'StoreUnavailableError';
  readonly code = 'STORE_UNAVAILABLE';
  constructor(options?: ErrorOptions) {
    super('the store cannot answer now; repeat it a little later', options);
  }
}

/** @public Too many payloads wait to be checked against this schema, or against any. */
export class CheckerBusyError extends RegistryError {
  override readonly name = 'CheckerBusyError';
  readonly code = 'CHECKER_BUSY';
  constructor() {
    super('too many payloads wait to be checked; repeat it a little later');
  }
}

/** @public More requests wait than the registry holds. */
export class RegistryBusyError extends RegistryError {
  override readonly name = 'RegistryBusyError';
  readonly code = 'REGISTRY_BUSY';
  constructor() {
    super('too many requests wait; repeat it a little later');
  }
}
