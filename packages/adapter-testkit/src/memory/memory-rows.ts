import type { Group, GroupView, Span, Subject } from '@xzepr/core';

import type { ReadTables } from './tables.js';

/** @internal */
export function fitsSubject(subject: Subject, wanted: Partial<Subject>): boolean {
  const fields: readonly (keyof Subject)[] = ['name', 'version', 'release', 'platformId', 'package'];
  return fields.every((field) => wanted[field] === undefined || wanted[field] === subject[field]);
}

/** @internal */
export function groupView(tables: ReadTables, group: Group): GroupView {
  return { ...group, reconciling: tables.reconciliations.get(group.id) !== undefined };
}

/**
 * The span of `rows` by increasing key, or by decreasing key for `desc`.
 *
 * @internal
 */
export function spanOf<Row, Key extends string | number>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
  { after, limit }: Span<Key>,
  order: 'asc' | 'desc' = 'asc',
): readonly Row[] {
  const sign = order === 'asc' ? 1 : -1;
  const compare = (a: Key, b: Key): number => (a === b ? 0 : a < b ? -sign : sign);
  return rows
    .filter((row) => after === undefined || compare(keyOf(row), after) > 0)
    .sort((a, b) => compare(keyOf(a), keyOf(b)))
    .slice(0, limit);
}
