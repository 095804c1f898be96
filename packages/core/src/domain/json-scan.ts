import type { JsonFault, JsonFaultKind } from './json-fault.js';
import { addSmallName, decodedString, nameKey, nameSet, nameStack } from './json-names.js';
import type { NameStack } from './json-names.js';
import type { PatternNode } from './json-pattern.js';
import { pathOf, pointerOf } from './json-pointer.js';
import { skipNested } from './json-skip.js';
import {
  BRACE,
  BRACKET,
  QUOTE,
  enterContainer,
  moreInContainer,
  scanColon,
  scanEnd,
  scanName,
  scanScalar,
  scanString,
  skipSpace,
} from './json-tokens.js';
import type { JsonCursor } from './json-tokens.js';

/** Enough to mend a text by; a hostile one has millions. */
const MAX_FAULTS = 20;

/**
 * A stretch of the text that is not read in place: it is handed back as it was written or, when not `sound`, dropped.
 *
 * @internal
 */
export interface JsonCut {
  readonly start: number;
  readonly end: number;
  readonly path: readonly (string | number)[];
  readonly sound: boolean;
}

/**
 * What a scan found in a text that is JSON. Cuts stand in the order of the text and never in each other.
 *
 * @internal
 */
export interface ScannedJson {
  readonly faults: readonly JsonFault[];
  readonly cuts: readonly JsonCut[];
  /** The text is too deep outside of every document within it; nothing of it may be parsed. */
  readonly tooDeep: boolean;
}

interface Scan extends JsonCursor {
  readonly maxDepth: number;
  readonly illFormed: boolean;
  readonly names: NameStack;
  /** The way to the value at hand; see `pathOf`. */
  readonly steps: number[];
  readonly faults: JsonFault[];
  readonly cuts: JsonCut[];
  /** The depth, counted from the top of the text, that a container may not lie at. */
  limit: number;
  /** Every fault so far, also those that are not kept; and those of the document at hand. */
  faultCount: number;
  documentFaults: number;
  tooDeep: boolean;
}

/**
 * Reads `text` once, in linear time, for its structure. Goes down as deep as `maxDepth` lets it (and the pattern of documents
 * within the text, before their depth counts), never deeper.
 *
 * @throws JsonSyntaxError the text is not JSON
 * @internal
 */
export function scanJson(text: string, maxDepth: number, pattern: PatternNode): ScannedJson {
  const scan: Scan = {
    text,
    end: text.length,
    at: 0,
    escaped: false,
    lone: false,
    maxDepth,
    illFormed: !text.isWellFormed(),
    names: nameStack(),
    steps: [],
    faults: [],
    cuts: [],
    limit: maxDepth,
    faultCount: 0,
    documentFaults: 0,
    tooDeep: false,
  };
  scanValue(scan, 0, pattern);
  scanEnd(scan);
  return scan;
}

/** Reads the value the cursor is before. `depth` is how many containers are around it. */
function scanValue(scan: Scan, depth: number, node: PatternNode | undefined): void {
  if (node?.document === true) scanDocument(scan, depth, node);
  else if (node?.verbatim === true) scanVerbatim(scan, depth);
  else scanPlain(scan, depth, node);
}

function scanPlain(scan: Scan, depth: number, node: PatternNode | undefined): void {
  const code = skipSpace(scan);
  if (code === QUOTE) {
    const start = scan.at;
    scanString(scan);
    if (scan.lone || scan.illFormed) checkSurrogates(scan, depth, start);
  } else if (code !== BRACE && code !== BRACKET) scanScalar(scan, code);
  else if (!(depth < scan.limit)) refuseDepth(scan, depth);
  else if (code === BRACE) scanObject(scan, depth, node);
  else scanArray(scan, depth, node);
}

function scanArray(scan: Scan, depth: number, node: PatternNode | undefined): void {
  if (!enterContainer(scan, BRACKET)) return;
  const items = node?.items;
  let index = 0;
  do {
    scan.steps[depth] = ~index++;
    scanValue(scan, depth + 1, items);
  } while (moreInContainer(scan, BRACKET));
}

function scanObject(scan: Scan, depth: number, node: PatternNode | undefined): void {
  if (!enterContainer(scan, BRACE)) return;
  const { names } = scan;
  const mark = names.top;
  let many: Set<string> | undefined;
  do {
    const start = scanName(scan);
    scan.steps[depth] = start;
    if (scan.lone || scan.illFormed) checkSurrogates(scan, depth + 1, start);
    if (many !== undefined || !addSmallName(names, mark, scan, start)) {
      many ??= nameSet(names, mark, scan.text);
      addName(scan, depth, many, start);
    }
    const child = childOf(node, scan, start);
    scanColon(scan);
    scanValue(scan, depth + 1, child);
  } while (moreInContainer(scan, BRACE));
  names.top = mark;
}

function addName(scan: Scan, depth: number, names: Set<string>, start: number): void {
  const before = names.size;
  names.add(nameKey(scan.text, start, scan.at, scan.escaped));
  if (names.size === before) {
    addFault(scan, depth + 1, 'duplicate-member', 'the object has this member more than once');
  }
}

/** Where the pattern goes on for the name that was just read. */
function childOf(node: PatternNode | undefined, scan: Scan, start: number): PatternNode | undefined {
  if (node === undefined) return undefined;
  const { text, at, escaped } = scan;
  for (const { name, node: child } of node.members) {
    const same = escaped
      ? decodedString(text, start, at) === name
      : name.length === at - start - 2 && text.startsWith(name, start + 1);
    if (same) return child;
  }
  return undefined;
}

function scanVerbatim(scan: Scan, depth: number): void {
  skipSpace(scan);
  const start = scan.at;
  const faultsBefore = scan.faultCount;
  scanPlain(scan, depth, undefined);
  cut(scan, start, depth, scan.faultCount === faultsBefore);
}

/** A document within the text has its own depth and its own share of faults, and is dropped alone when it is too deep. */
function scanDocument(scan: Scan, depth: number, node: PatternNode): void {
  const { limit, documentFaults, tooDeep } = scan;
  const cutsBefore = scan.cuts.length;
  skipSpace(scan);
  const start = scan.at;
  if (!fitsOnItsOwn(scan, depth, node)) {
    scan.cuts.length = cutsBefore;
    cut(scan, start, depth, false);
  }
  scan.limit = limit;
  scan.documentFaults = documentFaults;
  scan.tooDeep = tooDeep;
}

function fitsOnItsOwn(scan: Scan, depth: number, node: PatternNode): boolean {
  scan.limit = depth + scan.maxDepth;
  scan.documentFaults = 0;
  scan.tooDeep = false;
  if (node.verbatim) scanVerbatim(scan, depth);
  else scanPlain(scan, depth, node);
  return !scan.tooDeep;
}

function cut(scan: Scan, start: number, depth: number, sound: boolean): void {
  scan.cuts.push({ start, end: scan.at, path: pathOf(scan.text, scan.steps, depth), sound });
}

function refuseDepth(scan: Scan, depth: number): void {
  scan.tooDeep = true;
  addFault(scan, depth, 'too-deep', `more than ${String(scan.maxDepth)} objects and arrays lie in each other`);
  skipNested(scan);
  // What odd escapes were passed over belong to a text that is refused already, not to the next string.
  scan.lone = false;
}

/** The string from `start` to the cursor has an odd escape, or the text has a lone surrogate somewhere. */
function checkSurrogates(scan: Scan, depth: number, start: number): void {
  const lone = scan.lone || !scan.text.slice(start, scan.at).isWellFormed();
  scan.lone = false;
  if (lone) addFault(scan, depth, 'lone-surrogate', 'half of a surrogate pair stands alone; send Unicode text');
}

/** Keeps the first faults, and of later ones the first of each document, so that no document at fault goes unnamed. */
function addFault(scan: Scan, depth: number, kind: JsonFaultKind, detail: string): void {
  if (scan.faults.length < MAX_FAULTS || scan.documentFaults === 0) {
    scan.faults.push({ kind, pointer: pointerOf(pathOf(scan.text, scan.steps, depth)), detail });
  }
  scan.documentFaults++;
  scan.faultCount++;
}
