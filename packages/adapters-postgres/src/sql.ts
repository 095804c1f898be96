/**
 * A statement that is prepared once for each connection, under its name.
 *
 * @internal
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** @internal A statement that is used too seldom, or in too many forms, to be prepared. */
export interface Unprepared {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** @internal Columns by name. Whatever the two databases read differently comes as text. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * One connection while it belongs to one unit of work. Statements may be sent without waiting for the one before; they run in
 * the order in which they were sent.
 *
 * @internal
 */
export interface SqlConnection {
  query(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]>;
  run(statement: Unprepared): Promise<readonly Row[]>;
}

/** @internal A statement with its values, sent at the start of a transaction. */
export type Opening = readonly [statement: Statement, values: readonly unknown[]];

/**
 * A database, whichever driver reaches it. Errors are those of the core, see map-pg-error.ts.
 *
 * @internal
 */
export interface SqlDatabase extends SqlConnection {
  /**
   * Runs `work` in a transaction that begins with `opening`, and commits when it resolves. Runs it again when the database
   * gave up on it for the sake of another transaction.
   */
  transaction<T>(opening: readonly Opening[], work: (connection: SqlConnection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const SPECIAL = /["\\]/;
const EACH_SPECIAL = /["\\]/g;

/**
 * A list as PostgreSQL reads it. Both drivers send text as it is; for a list of their own each value would go through
 * several calls and two searches.
 *
 * @internal
 */
export function textArray(values: readonly (string | null)[]): string {
  let list = '';
  for (const value of values) {
    if (list !== '') list += ',';
    if (value === null) list += 'NULL';
    else list += SPECIAL.test(value) ? `"${value.replaceAll(EACH_SPECIAL, '\\$&')}"` : `"${value}"`;
  }
  return `{${list}}`;
}
