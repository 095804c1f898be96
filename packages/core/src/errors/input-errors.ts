import type { Problem } from '../domain/problem.js';
import { RegistryError } from './registry-error.js';

/** @public The input is not acceptable; `problems` names every bad field. Send it corrected. */
export class InvalidInputError extends RegistryError {
  override readonly name = 'InvalidInputError';
  readonly code = 'INVALID_INPUT';
  constructor(problems: readonly Problem[]) {
    super('the input has fields that cannot be taken; correct them', { problems });
  }
}

/** @public A filter, id, limit or order cannot be read; `problems` names each. */
export class InvalidQueryError extends RegistryError {
  override readonly name = 'InvalidQueryError';
  readonly code = 'INVALID_QUERY';
  constructor(problems: readonly Problem[]) {
    super('the query has parts that cannot be read; correct them', { problems });
  }
}

/** @public The cursor is not one of this list with these filters. Begin again without it. */
export class InvalidCursorError extends RegistryError {
  override readonly name = 'InvalidCursorError';
  readonly code = 'INVALID_CURSOR';
  constructor() {
    super('the cursor was altered or belongs to another list; begin again without it', {
      problems: [{ pointer: '/cursor', detail: 'is not a cursor of this list with these filters' }],
    });
  }
}

/** @public The payload does not fit the receiver's schema; `problems` points into the payload. */
export class PayloadRefusedError extends RegistryError {
  override readonly name = 'PayloadRefusedError';
  readonly code = 'PAYLOAD_REFUSED';
  constructor(problems: readonly Problem[]) {
    super("the payload does not fit the receiver's schema; correct it", { problems });
  }
}

/** @public Checking the payload against the schema took more than a check may take. */
export class PayloadCheckLimitError extends RegistryError {
  override readonly name = 'PayloadCheckLimitError';
  readonly code = 'PAYLOAD_CHECK_LIMIT';
  constructor(detail: string) {
    super('checking the payload went over the limits; send a smaller one or simplify the schema', {
      problems: [{ pointer: '/payload', detail }],
    });
  }
}

/** @public The schema cannot be used; `problems` says where and why. */
export class SchemaRefusedError extends RegistryError {
  override readonly name = 'SchemaRefusedError';
  readonly code = 'SCHEMA_REFUSED';
  constructor(problems: readonly Problem[]) {
    super('the schema cannot be used; correct it', { problems });
  }
}
