import { isRegistryError } from '@xzepr/core';
import type { AnyRegistryError, RegistryErrorCode } from '@xzepr/core';

import { EDGE_STATUS, HttpError } from './http-error.js';

/** How each error of the registry is answered. A new code does not compile until it has its line. */
const STATUS = {
  INVALID_INPUT: 422,
  INVALID_QUERY: 400,
  INVALID_CURSOR: 400,
  PAYLOAD_REFUSED: 422,
  PAYLOAD_CHECK_LIMIT: 422,
  SCHEMA_REFUSED: 422,
  PERMISSION_DENIED: 403,
  RECEIVER_FORBIDDEN: 403,
  NOT_A_MEMBER: 403,
  NOT_FOUND: 404,
  RECEIVER_UNKNOWN: 422,
  RECEIVER_DISABLED: 409,
  RECEIVER_EXISTS: 409,
  RECEIVER_IN_USE: 409,
  GROUP_EXISTS: 409,
  USER_EXISTS: 409,
  USER_UNKNOWN: 422,
  LAST_ADMIN: 409,
  SIGN_IN_REFUSED: 401,
  SIGN_IN_SLOWED: 429,
  IDENTITY_PROVIDER_REFUSED: 401,
  IDENTITY_PROVIDER_UNAVAILABLE: 503,
  VERSION_STALE: 412,
  BATCH_REFUSED: 422,
  IDEMPOTENCY_KEY_REUSED: 422,
  IDEMPOTENCY_KEY_IN_USE: 409,
  STORE_REJECTED: 422,
  STORE_UNAVAILABLE: 503,
  CHECKER_BUSY: 503,
  REGISTRY_BUSY: 503,
} as const satisfies Readonly<Record<RegistryErrorCode, number>>;

/** @internal Every code that an answer may carry, with its status. */
export const PROBLEM_STATUS: Readonly<Record<string, number>> = { ...STATUS, ...EDGE_STATUS, INTERNAL: 500 };

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'Who is asking is not known',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not a method of this resource',
  406: 'Not in a form that is asked for',
  408: 'The request took too long',
  409: 'In conflict with what is there',
  412: 'Changed in the meantime',
  413: 'Too large',
  415: 'Not a content type of this resource',
  417: 'Not an expectation that can be met',
  422: 'Readable, but not acceptable',
  431: 'The head is too large',
  428: 'If-Match is required',
  429: 'Too many requests',
  500: 'Something went wrong here',
  503: 'Cannot answer now',
};
/** @internal */
export const CHALLENGE = 'Bearer realm="xzepr"';
const TYPES = 'https://xzepr.dev/problems/';
const RETRY_AFTER: Readonly<Record<string, string>> = {
  IDEMPOTENCY_KEY_IN_USE: '1',
  STORE_UNAVAILABLE: '2',
  IDENTITY_PROVIDER_UNAVAILABLE: '5',
  CHECKER_BUSY: '2',
  REGISTRY_BUSY: '1',
};

/** @internal An error as RFC 9457 has it, and the headers that go with it. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @internal Whether the error is a fault of ours that someone should be told of. */
export function isUnexpected(error: unknown): boolean {
  return !(error instanceof HttpError) && !isRegistryError(error);
}

/**
 * What an error answers. 5xx say no more than their title: what went wrong inside is not the client's.
 *
 * @internal
 */
export function problemAnswer(error: unknown, instance: string): ProblemAnswer {
  const code = error instanceof HttpError || isRegistryError(error) ? error.code : 'INTERNAL';
  const status = PROBLEM_STATUS[code] ?? 500;
  const headers = error instanceof HttpError ? error.headers : registryHeaders(error, status);
  const retry = RETRY_AFTER[code];
  const body = JSON.stringify({
    type: TYPES + code.toLowerCase().replaceAll('_', '-'),
    title: TITLES[status],
    status,
    ...(status < 500 && error instanceof Error && { detail: error.message }),
    code,
    instance,
    ...membersOf(error),
  });
  return { status, headers: retry === undefined ? headers : { ...headers, 'retry-after': retry }, body };
}

/** A 401 says how to show who one is (RFC 9110, 15.5.2), and a 429 when to try again. */
function registryHeaders(error: unknown, status: number): Readonly<Record<string, string>> {
  if (status === 401) return { 'www-authenticate': CHALLENGE };
  return isRegistryError(error) && error.code === 'SIGN_IN_SLOWED'
    ? { 'retry-after': String(error.retryAfterSeconds) }
    : {};
}

function membersOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof HttpError) && !isRegistryError(error)) return {};
  const errors = error.problems.length > 0 ? { errors: error.problems } : {};
  return isRegistryError(error) ? { ...errors, ...registryMembers(error) } : errors;
}

function registryMembers(error: AnyRegistryError): Readonly<Record<string, unknown>> {
  switch (error.code) {
    case 'PERMISSION_DENIED':
      return { permission: error.permission };
    case 'RECEIVER_EXISTS':
    case 'GROUP_EXISTS':
    case 'USER_EXISTS':
      return { existing_id: error.existingId };
    case 'NOT_A_MEMBER':
      return { group_id: error.groupId };
    case 'VERSION_STALE':
      return { current_version: error.currentVersion };
    default:
      return {};
  }
}
