import { DEFAULT_LIMIT, MAX_LIMIT } from '../domain/page.js';
import type { Page, PageRequest } from '../domain/page.js';
import { InvalidCursorError, InvalidQueryError } from '../errors.js';
import type { Digest } from '../ports/digest.js';
import type { Span } from '../ports/span.js';

/**
 * One list as its cursors know it: `name` and `filters` are bound into them, `keyOf` is where an item lies in the list's
 * order, and `parseKey` reads that back.
 *
 * @internal
 */
export interface ListSpec<T, Key extends string | number> {
  readonly name: string;
  readonly filters: readonly unknown[];
  readonly keyOf: (item: T) => Key;
  readonly parseKey: (text: string) => Key | undefined;
}

const CHECKSUM = 16;

/**
 * A page of a list. A cursor is the key of the last item and a checksum over list, filters and key, so that one that was
 * altered or taken from another list is noticed.
 *
 * @throws InvalidQueryError the limit is not 1 to 1,000
 * @throws InvalidCursorError the cursor is not of this list with these filters
 * @internal
 */
export async function pageOf<T, Key extends string | number>(
  digest: Digest,
  spec: ListSpec<T, Key>,
  request: PageRequest,
  read: (span: Span<Key>) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const limit = checkedLimit(request.limit ?? DEFAULT_LIMIT);
  const after = request.cursor === undefined ? undefined : keyIn(request.cursor, digest, spec);
  const found = await read({ after, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const more = found.length > limit && last !== undefined;
  return { items, next: more ? cursorOf(String(spec.keyOf(last)), digest, spec) : null };
}

/** @internal A position or a version as the key of a list. */
export function parseNumberKey(text: string): number | undefined {
  return /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

function checkedLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidQueryError([{ pointer: '/limit', detail: `must be a whole number from 1 to ${String(MAX_LIMIT)}` }]);
}

function keyIn<T, Key extends string | number>(cursor: string, digest: Digest, spec: ListSpec<T, Key>): Key {
  const [text = ''] = cursor.split('.', 1);
  const key = spec.parseKey(text);
  if (key === undefined || cursor !== cursorOf(text, digest, spec)) throw new InvalidCursorError();
  return key;
}

function cursorOf<T, Key extends string | number>(key: string, digest: Digest, spec: ListSpec<T, Key>): string {
  const bound = JSON.stringify([spec.name, spec.filters, key]);
  return `${key}.${digest.sha256(bound).slice(0, CHECKSUM)}`;
}
