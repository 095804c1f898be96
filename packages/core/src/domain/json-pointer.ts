import { decodedString } from './json-names.js';
import { scanString } from './json-tokens.js';

/** A pointer is read by people and logged; a name in it may be megabytes long. */
const MAX_NAME = 256;

/**
 * The way down to a value, from what a scan noted at each depth: for an object, where the name's opening quote is; for an
 * array, the index with its bits inverted, which is what makes it negative.
 *
 * @internal
 */
export function pathOf(text: string, steps: readonly number[], depth: number): (string | number)[] {
  return steps.slice(0, depth).map((step) => (step < 0 ? ~step : nameAt(text, step)));
}

/**
 * The RFC 6901 pointer of `path`, with very long names cut and lone surrogates replaced.
 *
 * @internal
 */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((token) => `/${typeof token === 'number' ? String(token) : escapedName(token)}`).join('');
}

function escapedName(name: string): string {
  const short = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
  return short.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
}

function nameAt(text: string, start: number): string {
  const cursor = { text, end: text.length, at: start, escaped: false, lone: false };
  scanString(cursor);
  return cursor.escaped ? decodedString(text, start, cursor.at) : text.slice(start + 1, cursor.at - 1);
}
