/**
 * Rows by key, for reading.
 *
 * @internal
 */
export interface ReadTable<Key, Row> {
  get(key: Key): Row | undefined;
  /** In no order. */
  values(): Iterable<Row>;
}

/** @internal Rows by key. */
export interface Table<Key, Row> extends ReadTable<Key, Row> {
  set(key: Key, row: Row): void;
  delete(key: Key): void;
}

/** @internal A table whose changes stay its own until `keep` puts them into the table that it was made of. */
export interface DraftTable<Key, Row> extends Table<Key, Row> {
  keep(): void;
}

/**
 * What is read is `base` with the changes made here laid over it. Costs what is changed, not what is there.
 *
 * @internal
 */
export function draftOf<Key, Row>(base: Map<Key, Row>): DraftTable<Key, Row> {
  const changes = new Map<Key, { readonly row: Row } | undefined>();
  return {
    get: (key) => (changes.has(key) ? changes.get(key)?.row : base.get(key)),
    *values() {
      for (const [key, row] of base) if (!changes.has(key)) yield row;
      for (const change of changes.values()) if (change !== undefined) yield change.row;
    },
    set(key, row) {
      changes.set(key, { row });
    },
    delete(key) {
      changes.set(key, undefined);
    },
    keep() {
      for (const [key, change] of changes) {
        if (change === undefined) base.delete(key);
        else base.set(key, change.row);
      }
    },
  };
}
