import type { Problem } from '@xzepr/core';

/**
 * What the HTTP edge itself refuses, and how that is answered.
 *
 * @internal
 */
export const EDGE_STATUS = {
  NOT_JSON: 400,
  BODY_REQUIRED: 400,
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  REQUEST_TIMEOUT: 408,
  HEAD_TOO_LARGE: 431,
  EXPECTATION_FAILED: 417,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IF_MATCH_REQUIRED: 428,
  RATE_LIMITED: 429,
} as const satisfies Readonly<Record<string, number>>;

/** @internal */
export type EdgeCode = keyof typeof EDGE_STATUS;

/**
 * A request that does not get as far as the registry.
 *
 * @internal
 */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: EdgeCode;
  readonly problems: readonly Problem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: EdgeCode,
    message: string,
    more: { readonly problems?: readonly Problem[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.code = code;
    this.problems = more.problems ?? [];
    this.headers = more.headers ?? {};
  }
}
