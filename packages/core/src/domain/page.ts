/**
 * Which part of a list is wanted: at most `limit` items (1 to 1,000, 50 when left out) after where `cursor` ended.
 *
 * @public
 */
export interface PageRequest {
  readonly limit?: number;
  readonly cursor?: string;
}

/**
 * A part of a list, and the cursor that continues it; null when there was nothing more at that moment.
 *
 * @public
 */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** @internal */
export const DEFAULT_LIMIT = 50;
/** @internal */
export const MAX_LIMIT = 1_000;
