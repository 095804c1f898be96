import type { JsonCursor } from './json-tokens.js';

/** Up to here comparing numbers is cheaper than a set of strings; nearly every object in a report is this small. */
const SMALL = 16;

/**
 * The names that the open objects have had so far, as a stack: an object takes what lies above the mark it made. Fingerprints
 * only tell names apart for sure. Where they are equal, or cannot be had cheaply, a set of the names themselves decides.
 *
 * @internal
 */
export interface NameStack {
  readonly fingerprints: number[];
  readonly starts: number[];
  readonly ends: number[];
  top: number;
}

/** @internal */
export function nameStack(): NameStack {
  return { fingerprints: [], starts: [], ends: [], top: 0 };
}

/**
 * Adds the name that the cursor has just read, with its opening quote at `start`, to the small object whose names lie above
 * `mark`. Answers false, and adds nothing, when only a set can tell whether the name is new.
 *
 * @internal
 */
export function addSmallName(names: NameStack, mark: number, cursor: JsonCursor, start: number): boolean {
  const { fingerprints, top } = names;
  if (cursor.escaped || top - mark >= SMALL) return false;
  const fingerprint = fingerprintOf(cursor.text, start, cursor.at);
  for (let at = mark; at < top; at++) {
    if (fingerprints[at] === fingerprint) return false;
  }
  fingerprints[top] = fingerprint;
  names.starts[top] = start;
  names.ends[top] = cursor.at;
  names.top = top + 1;
  return true;
}

/**
 * The names above `mark` as a set, for `nameKey`.
 *
 * @internal
 */
export function nameSet(names: NameStack, mark: number, text: string): Set<string> {
  const set = new Set<string>();
  for (let at = mark; at < names.top; at++) {
    set.add(nameKey(text, names.starts[at] ?? 0, names.ends[at] ?? 0, false));
  }
  return set;
}

/**
 * The name in quotes from `start` to `end` as a key of a set: its opening quote and its characters. The quote keeps it from
 * looking like an array index, for which engines use a hash that a sender can foresee.
 *
 * @internal
 */
export function nameKey(text: string, start: number, end: number, escaped: boolean): string {
  return escaped ? `"${decodedString(text, start, end)}` : text.slice(start, end - 1);
}

/**
 * What the JSON string in quotes from `start` to `end` says.
 *
 * @internal
 */
export function decodedString(text: string, start: number, end: number): string {
  return JSON.parse(text.slice(start, end)) as string;
}

function fingerprintOf(text: string, start: number, end: number): number {
  let hash = end - start;
  for (let at = start + 1; at < end - 1; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}
