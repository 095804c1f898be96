import type { Span } from '@xzepr/core';

/** @internal Texts that go wrong wherever they are put together instead of handed over, counted in bytes, or folded. */
export const AWKWARD_TEXTS: readonly string[] = [
  '%',
  '_',
  '\\',
  "'; drop table events; --",
  '"double" and `back`',
  ' leading and trailing ',
  'line\nfeed, carriage\rreturn and \t tab',
  '$1 :name ? {0} {{x}} ${y}',
  '{a,b} "c" NULL null',
  'é', // one code point
  'e\u0301', // the same letter as two
  'İstanbul ß ſ',
  '\u200B\uFEFF',
  '👩‍👩‍👧‍👦 𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
  longest(),
];

/** 255 code points of four bytes each, no two alike: what can be compressed does not show how long it is. */
function longest(): string {
  return String.fromCodePoint(...Array.from({ length: 255 }, (_, index) => 0x10000 + index * 4_001));
}

/** @internal Payloads that change when they are read and written again. */
export const AWKWARD_PAYLOADS: readonly string[] = [
  'null',
  'false',
  '""',
  '1.0',
  '-0',
  '1E400',
  '12345678901234567890',
  '0.1000000000000000055511151231257827',
  '"\\u0000 \\ud83d\\ude00 \\/ \\" \\\\"',
  '{"b": 1, "a": 2}',
  '  { "a"\t:\r\n[ 1 ,2 ]  }',
  '{"":{"__proto__":{"%":"_"}}}',
  '"👩‍👩‍👧‍👦"',
  `[${'"0123456789",'.repeat(10_000)}0]`,
];

/** @internal Every object that has some of the members of `whole`, from none to all. */
export function subsetsOf<Whole extends object>(whole: Whole): readonly Partial<Whole>[] {
  const members = Object.entries(whole);
  return Array.from({ length: 2 ** members.length }, (_, subset) => {
    const chosen = members.filter((_member, index) => (subset >> index) % 2 === 1);
    return Object.fromEntries(chosen) as Partial<Whole>;
  });
}

const MOST = 10_000;

/** @internal All of a list, read in parts of `limit`; throws when a part is longer. */
export async function inParts<Row, Key>(
  limit: number,
  keyOf: (row: Row) => Key,
  read: (span: Span<Key>) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const last = rows.at(-1);
    const part = await read({ after: last === undefined ? undefined : keyOf(last), limit });
    if (part.length > limit) throw new Error(`asked for ${String(limit)} rows and got ${String(part.length)}`);
    rows.push(...part);
    if (rows.length > MOST) throw new Error('the parts of a list do not end: each must begin after the last one');
    if (part.length < limit) return rows;
  }
}

/** @internal In the order of their ids, where a port promises none. */
export function byId<Row extends { readonly id: string }>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** @internal From the start, and more than there is. */
export const ALL = { after: undefined, limit: 1_000 };
