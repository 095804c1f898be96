import { parseTimestamp } from '@xzepr/core';
import type { Timestamp } from '@xzepr/core';

import type { Row } from './sql.js';

/** @internal A time as the domain writes it. */
export function utc(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** @internal @throws Error the column is not text: the statement does not fit the schema */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw misread(column);
  return value;
}

/** @internal */
export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

/** @internal A whole number, whether the driver gave a number or, for bigint, text. */
export function whole(row: Row, column: string): number {
  const value = row[column];
  const number = typeof value === 'number' ? value : Number(text(row, column));
  if (!Number.isSafeInteger(number)) throw misread(column);
  return number;
}

/** @internal */
export function flag(row: Row, column: string): boolean {
  const value = row[column];
  if (typeof value !== 'boolean') throw misread(column);
  return value;
}

/** @internal */
export function texts(row: Row, column: string): readonly string[] {
  const value = row[column];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw misread(column);
  return value;
}

/** @internal */
export function time(row: Row, column: string): Timestamp {
  const timestamp = parseTimestamp(text(row, column));
  if (timestamp === undefined) throw misread(column);
  return timestamp;
}

/** @internal */
export function optionalTime(row: Row, column: string): Timestamp | undefined {
  return row[column] === null ? undefined : time(row, column);
}

function misread(column: string): Error {
  return new Error(`column ${column} does not hold what the statement should give`);
}
