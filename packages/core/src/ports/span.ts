/**
 * The part of a list that comes after `after` in the list's order (from its start when undefined), at most `limit` long.
 *
 * @public
 */
export interface Span<Key> {
  readonly after: Key | undefined;
  readonly limit: number;
}
