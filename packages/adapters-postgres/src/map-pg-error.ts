import { StoreRejectedError, StoreUnavailableError, isRegistryError } from '@xzepr/core';

/** Follows from an earlier failure of the same transaction; says nothing of its own. */
const FOLLOW_ONS = new Set(['25P02', '26000']);
/** Serialization failure, deadlock: the same work may succeed when it is done again. */
const WORTH_REPEATING = new Set(['40001', '40P01']);
/** Connection, resources, operator intervention, timeouts of ours: the store cannot answer now. */
const UNAVAILABLE = /^(08|53|57|58)|^(25P03|55P03|XX000)$/;
/** Data exceptions and broken constraints: the values themselves are refused. Also programs' own refusals (`raise`). */
const REJECTED = /^(22|23|44|54|P0001)/;

/** What the drivers say without a SQLSTATE when there is nobody at the other end. */
const LOST =
  /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|connection terminated|connection ended|not queryable|timeout exceeded|timeout expired|client was closed|PGlite is clos/i;

/**
 * The SQLSTATE of a driver's error; empty when it has none.
 *
 * @internal
 */
function sqlState(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : '';
}

/** @internal */
export function isFollowOn(error: unknown): boolean {
  return FOLLOW_ONS.has(sqlState(error));
}

/** @internal */
export function isWorthRepeating(error: unknown): boolean {
  return WORTH_REPEATING.has(sqlState(error));
}

/**
 * The core's error for a driver's, with the driver's as its cause. What is neither the data's fault nor the connection's
 * goes through as it is: it is ours.
 *
 * @internal
 */
export function registryErrorOf(error: unknown): unknown {
  if (isRegistryError(error)) return error;
  const state = sqlState(error);
  if (REJECTED.test(state)) return new StoreRejectedError({ cause: error });
  if (UNAVAILABLE.test(state) || isWorthRepeating(error) || isLost(error))
    return new StoreUnavailableError({ cause: error });
  return error;
}

function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return LOST.test(code) || LOST.test(error.message);
}
