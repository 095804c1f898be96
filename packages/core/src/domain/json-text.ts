import type { Branded } from './branded.js';
import type { JsonFault } from './json-fault.js';
import { patternTree } from './json-pattern.js';
import type { PatternNode } from './json-pattern.js';
import { scanJson } from './json-scan.js';
import type { JsonCut, ScannedJson } from './json-scan.js';
import { JsonSyntaxError } from './json-syntax-error.js';

/**
 * JSON text exactly as it was written. What is in it was checked to be I-JSON (RFC 7493) in that no object has the same
 * member twice and no string has a lone surrogate.
 *
 * @public
 */
export type JsonText = Branded<string, 'JsonText'>;

/**
 * A JSON value together with the very text it was written as. Made by `readJson` and `parseJsonText` only.
 *
 * @public
 */
export interface VerbatimJson {
  readonly text: JsonText;
  readonly value: unknown;
}

/**
 * What to read and how deep. Keep one object for each kind of text: its patterns are worked out once and kept with it.
 *
 * @public
 */
export interface JsonReadOptions {
  /** How many objects and arrays may lie in each other; 0 takes scalars only. More than 512 counts as 512. */
  readonly maxDepth: number;
  /** RFC 6901 pointers, `*` standing for any array index, of the values to hand back as `VerbatimJson`. */
  readonly verbatim?: readonly string[];
  /** A pointer pattern, as in `verbatim`, of values that each are a text of their own: depth counts anew from each. */
  readonly depthFrom?: string;
}

/**
 * What reading a text gave. `unreadable`: it is not JSON, and `fault` says where. `read`: it is JSON, and acceptable when
 * `faults` is empty.
 *
 * Where there are faults the value is what can be had beside them: a `depthFrom` value that is too deep, a verbatim value with
 * a fault in it, and a whole text that is too deep elsewhere are undefined; of duplicate members the last one stays.
 * `faults` holds the first 20, and of later ones the first of each `depthFrom` value that has any.
 *
 * @public
 */
export type JsonReading =
  | { readonly kind: 'read'; readonly value: unknown; readonly faults: readonly JsonFault[] }
  | { readonly kind: 'unreadable'; readonly fault: JsonFault };

/**
 * What `parseJsonText` gave.
 *
 * @public
 */
export type JsonTextParsing =
  { readonly kind: 'ok'; readonly json: VerbatimJson } | { readonly kind: 'fault'; readonly fault: JsonFault };

/** Recursion goes as deep as the text may: this bounds it whatever the options say. */
const DEPTH_CEILING = 512;
const DEFAULT_DEPTH = 64;

const WHOLE_TEXT = patternTree([''], undefined);
const patterns = new WeakMap<JsonReadOptions, PatternNode>();

/** A class for its private field alone: no JSON value can pass for one, whatever members it has. */
class Verbatim implements VerbatimJson {
  readonly #checked = true;
  readonly text: JsonText;
  readonly value: unknown;

  constructor(text: JsonText, value: unknown) {
    this.text = text;
    this.value = value;
  }

  static is(value: object): value is Verbatim {
    return #checked in value && value.#checked;
  }
}

/**
 * Reads JSON text: the value, with the parts that `options` names kept as they were written, and what makes it unacceptable.
 * Takes time linear in the text, whatever is in it. Member names are never special: `__proto__` is a member like any other.
 *
 * @throws RangeError a pattern in `options` is no pointer; never for anything in the text
 * @public
 */
export function readJson(text: string, options: JsonReadOptions): JsonReading {
  return read(text, options.maxDepth, patternOf(options));
}

/**
 * Whether `value` came out of `readJson` or `parseJsonText` together with its text.
 *
 * @public
 */
export function isVerbatimJson(value: unknown): value is VerbatimJson {
  return typeof value === 'object' && value !== null && Verbatim.is(value);
}

/**
 * A payload from its text, or the first thing that is wrong with it. `maxDepth` is as in {@link JsonReadOptions}, 64 by default.
 *
 * @public
 */
export function parseJsonText(text: string, maxDepth: number = DEFAULT_DEPTH): JsonTextParsing {
  const reading = read(text, maxDepth, WHOLE_TEXT);
  if (reading.kind === 'unreadable') return { kind: 'fault', fault: reading.fault };
  const [fault] = reading.faults;
  return fault === undefined ? { kind: 'ok', json: reading.value as VerbatimJson } : { kind: 'fault', fault };
}

function patternOf(options: JsonReadOptions): PatternNode {
  const known = patterns.get(options);
  if (known !== undefined) return known;
  const pattern = patternTree(options.verbatim ?? [], options.depthFrom);
  patterns.set(options, pattern);
  return pattern;
}

function read(text: string, maxDepth: number, pattern: PatternNode): JsonReading {
  try {
    const scanned = scanJson(text, Math.min(maxDepth, DEPTH_CEILING), pattern);
    return { kind: 'read', value: valueOf(text, scanned), faults: scanned.faults };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { kind: 'unreadable', fault: { kind: 'syntax', pointer: '', detail: error.message } };
  }
}

/** The engine's own parser reads the text around the cuts and, apart from it, each cut that is kept. */
function valueOf(text: string, { cuts, tooDeep }: ScannedJson): unknown {
  if (tooDeep) return undefined;
  if (cuts.length === 0) return JSON.parse(text);
  let rest = '';
  let from = 0;
  for (const { start, end } of cuts) {
    rest += `${text.slice(from, start)}null`;
    from = end;
  }
  const root = { value: JSON.parse(rest + text.slice(from)) as unknown };
  for (const cut of cuts) place(root, ['value', ...cut.path], cutValue(text, cut));
  return root.value;
}

function cutValue(text: string, { start, end, sound }: JsonCut): VerbatimJson | undefined {
  if (!sound) return undefined;
  const written = text.slice(start, end);
  return new Verbatim(written as JsonText, JSON.parse(written));
}

/** The way may end early: of duplicate members only the last is in the value. */
function place(root: object, path: readonly (string | number)[], value: unknown): void {
  let holder: unknown = root;
  for (const key of path.slice(0, -1)) holder = ownMember(holder, key);
  const last = path.at(-1) ?? '';
  if (typeof holder === 'object' && holder !== null && Object.hasOwn(holder, last)) {
    (holder as Record<string | number, unknown>)[last] = value;
  }
}

function ownMember(holder: unknown, key: string | number): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Record<string | number, unknown>)[key];
}
