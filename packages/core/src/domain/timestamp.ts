import type { Branded } from './branded.js';

/**
 * A moment: RFC 3339, UTC, `Z`, always six digits of the second, so that comparing the text compares the time.
 *
 * @public
 */
export type Timestamp = Branded<string, 'Timestamp'>;

const RFC3339 =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))[Tt]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const MICROSECONDS = 6;

/**
 * `text` in UTC with microseconds (further digits are cut), or undefined when it is not an RFC 3339 date-time of a day that
 * the calendar has. Leap seconds are not taken.
 *
 * @public
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const parts = RFC3339.exec(text);
  if (parts === null) return undefined;
  const [, day = '', time = '', fraction = '', offset = ''] = parts;
  if (!isOnCalendar(day)) return undefined;
  const ms = Date.parse(`${day}T${time}${offset.toUpperCase()}`);
  return hasFourDigitYear(ms) ? timestampOf(ms, fraction.padEnd(MICROSECONDS, '0').slice(0, MICROSECONDS)) : undefined;
}

/**
 * The moment `unixMs` milliseconds after 1970 (whole, years 1 to 9999) plus `microseconds` (0 to 999) of that millisecond.
 *
 * @public
 */
export function timestampAt(unixMs: number, microseconds: number): Timestamp {
  if (unixMs !== lastMs) {
    lastText = new Date(unixMs).toISOString().slice(0, -1);
    lastMs = unixMs;
  }
  return `${lastText}${String(microseconds).padStart(3, '0')}Z` as Timestamp;
}

/** The millisecond written last: a busy clock is read many times in one, and writing it costs more than all the rest. */
let lastMs = Number.NaN;
let lastText = '';

/**
 * Whole milliseconds since 1970.
 *
 * @public
 */
export function unixMs(timestamp: Timestamp): number {
  return Date.parse(`${timestamp.slice(0, 23)}Z`);
}

/**
 * The moment `ms` milliseconds later, or earlier when it is negative.
 *
 * @public
 */
export function later(timestamp: Timestamp, ms: number): Timestamp {
  return timestampAt(unixMs(timestamp) + ms, Number(timestamp.slice(23, 26)));
}

function timestampOf(ms: number, microseconds: string): Timestamp {
  return `${new Date(ms).toISOString().slice(0, 19)}.${microseconds}Z` as Timestamp;
}

/** `Date.parse` takes 30 February for 2 March. */
function isOnCalendar(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/** An offset can carry a time out of the years that RFC 3339 can write. */
function hasFourDigitYear(ms: number): boolean {
  const year = new Date(ms).getUTCFullYear();
  return year >= 1 && year <= 9999;
}
