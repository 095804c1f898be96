import { JsonSyntaxError } from './json-syntax-error.js';

/**
 * Where a reading of JSON text stands. One object for the whole reading: the scan is a hot path and allocates nothing a token.
 *
 * @internal
 */
export interface JsonCursor {
  readonly text: string;
  readonly end: number;
  at: number;
  /** Whether the string read last had an escape in it. */
  escaped: boolean;
  /** Whether a string read since this was last cleared escapes one half of a surrogate pair without the other. */
  lone: boolean;
}

/** @internal */
export const QUOTE = 0x22;
/** @internal */
export const BRACKET = 0x5b;
/** @internal */
export const BRACE = 0x7b;

const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_E = 0x65;
const LOWER_U = 0x75;
/** Both `{` and `[` stand two before what closes them. */
const TO_CLOSING = 2;
const SIMPLE_ESCAPES = '"\\/bfnrt';
const LOW_SURROGATE_ESCAPE = /^\\u[dD][c-fC-F][0-9a-fA-F]{2}$/;

/**
 * Moves over white space and answers the character code there, -1 at the end of the text.
 *
 * @internal
 */
export function skipSpace(cursor: JsonCursor): number {
  const { text, end } = cursor;
  let at = cursor.at;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code > 0x20 || (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)) {
      cursor.at = at;
      return code;
    }
    at++;
  }
  cursor.at = at;
  return -1;
}

/**
 * Reads the string whose opening quote the cursor is at.
 *
 * @internal
 */
export function scanString(cursor: JsonCursor): void {
  const { text, end } = cursor;
  cursor.escaped = false;
  for (let at = cursor.at + 1; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      cursor.at = at + 1;
      return;
    }
    if (code === BACKSLASH) {
      scanEscapedRest(cursor, at);
      return;
    }
    if (code < 0x20) fail(cursor, at, 'an escape, for control characters cannot stand in a string,');
  }
  fail(cursor, end, 'the closing quote of a string');
}

function scanEscapedRest(cursor: JsonCursor, from: number): void {
  const { text, end } = cursor;
  cursor.escaped = true;
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      cursor.at = at + 1;
      return;
    }
    if (code < 0x20) fail(cursor, at, 'an escape, for control characters cannot stand in a string,');
    at = code === BACKSLASH ? skipEscape(cursor, at) : at + 1;
  }
  fail(cursor, end, 'the closing quote of a string');
}

function skipEscape(cursor: JsonCursor, at: number): number {
  const { text } = cursor;
  if (text.charCodeAt(at + 1) !== LOWER_U) {
    if (at + 1 >= cursor.end || !SIMPLE_ESCAPES.includes(text.charAt(at + 1))) {
      fail(cursor, at + 1, 'one of " \\ / b f n r t u after a backslash');
    }
    return at + 2;
  }
  const unit = hexUnit(cursor, at + 2);
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  if (unit < 0xdc00 && LOW_SURROGATE_ESCAPE.test(text.slice(at + 6, at + 12))) return at + 12;
  cursor.lone = true;
  return at + 6;
}

function hexUnit(cursor: JsonCursor, from: number): number {
  let unit = 0;
  for (let at = from; at < from + 4; at++) {
    const digit = hexDigit(cursor.text.charCodeAt(at));
    if (digit < 0) fail(cursor, at, 'four hexadecimal digits after \\u');
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * Reads a string, number or literal that starts with `code`, where the cursor is.
 *
 * @internal
 */
export function scanScalar(cursor: JsonCursor, code: number): void {
  if (code === QUOTE) scanString(cursor);
  else if (code === MINUS || (code >= ZERO && code <= NINE)) scanNumber(cursor);
  else scanLiteral(cursor);
}

function scanLiteral(cursor: JsonCursor): void {
  for (const literal of ['true', 'false', 'null']) {
    if (cursor.text.startsWith(literal, cursor.at)) {
      cursor.at += literal.length;
      return;
    }
  }
  fail(cursor, cursor.at, 'a value');
}

function scanNumber(cursor: JsonCursor): void {
  const { text } = cursor;
  let at = cursor.at;
  if (text.charCodeAt(at) === MINUS) at++;
  at = text.charCodeAt(at) === ZERO ? at + 1 : skipDigits(cursor, at);
  if (text.charCodeAt(at) === DOT) at = skipDigits(cursor, at + 1);
  if ((text.charCodeAt(at) | 0x20) === LOWER_E) {
    const sign = text.charCodeAt(at + 1);
    at = skipDigits(cursor, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
  }
  cursor.at = at;
}

function skipDigits(cursor: JsonCursor, from: number): number {
  const { text, end } = cursor;
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) break;
    at++;
  }
  if (at === from) fail(cursor, at, 'a digit');
  return at;
}

/**
 * Moves to the first value of the container whose bracket or brace, `open`, the cursor is at; in an object that is to the
 * first name. Answers false, and stands behind it, when the container is empty.
 *
 * @internal
 */
export function enterContainer(cursor: JsonCursor, open: number): boolean {
  cursor.at++;
  if (skipSpace(cursor) !== open + TO_CLOSING) return true;
  cursor.at++;
  return false;
}

/**
 * After a value in the container that `open` opened: moves behind the comma and answers true, or behind the end of the
 * container and answers false.
 *
 * @internal
 */
export function moreInContainer(cursor: JsonCursor, open: number): boolean {
  const code = skipSpace(cursor);
  if (code !== COMMA && code !== open + TO_CLOSING) {
    fail(cursor, cursor.at, open === BRACE ? "',' or '}'" : "',' or ']'");
  }
  cursor.at++;
  return code === COMMA;
}

/**
 * Reads the name of a member, and answers where its opening quote is. What follows is the colon.
 *
 * @internal
 */
export function scanName(cursor: JsonCursor): number {
  if (skipSpace(cursor) !== QUOTE) fail(cursor, cursor.at, 'a member name in double quotes');
  const start = cursor.at;
  scanString(cursor);
  return start;
}

/** @internal */
export function scanColon(cursor: JsonCursor): void {
  if (skipSpace(cursor) !== COLON) fail(cursor, cursor.at, "':' after a member name");
  cursor.at++;
}

/** @internal */
export function scanEnd(cursor: JsonCursor): void {
  if (skipSpace(cursor) !== -1) fail(cursor, cursor.at, 'the end of the text');
}

function fail(cursor: JsonCursor, at: number, expected: string): never {
  throw new JsonSyntaxError(cursor.text, at, expected);
}
