import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';

import { isVerbatimJson, readJson } from '../../src/domain/json-text.js';
import { chooseFrom, space, writeJson, writeMembers } from './json-writing.js';
import type { Choose } from './json-writing.js';

const jsonValue = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 50 }).map((numbers) => ({ numbers }));
/** Few letters make names that are alike: equal ends, equal lengths, equal hashes. */
const name = fc.oneof(
  fc.string({ unit: fc.constantFrom('A', 'a', 'B', 'b', '/', '~', '"', '\\'), maxLength: 4 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('__proto__', 'constructor', '0', '1', '10'),
);

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function pointer(path: readonly (string | number)[]): string {
  return path.map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Wraps `text` in one container for each step: an array with items before it, or an object with its name alone. */
function wrap(text: string, path: readonly (string | number)[], choose: Choose): string {
  return path.reduceRight<string>((inner, step) => {
    if (typeof step === 'number') return `[${'0,'.repeat(step)}${space(choose)}${inner}]`;
    return `{${writeJson(step, choose)}:${inner}${space(choose)}}`;
  }, text);
}

describe('readJson, for any JSON', () => {
  it('reads the value that JSON.parse reads, however the text is written', () => {
    fc.assert(
      fc.property(jsonValue, choices, (value, { numbers }) => {
        const choose = chooseFrom(numbers);
        const text = `${space(choose)}${writeJson(value, choose)}${space(choose)}`;
        const reading = readJson(text, { maxDepth: 64 });
        expect(reading.kind === 'read' && reading.faults).toEqual([]);
        expect(reading.kind === 'read' && isDeepStrictEqual(reading.value, JSON.parse(text))).toBe(true);
        expect(isDeepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('hands back the very text of each verbatim value in a batch, and everything else as it is', () => {
    const item = fc.record({ before: jsonValue, payload: jsonValue, after: jsonValue });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), choices, (items, { numbers }) => {
        const choose = chooseFrom(numbers);
        const payloads = items.map((each) => writeJson(each.payload, choose));
        const events = items.map(
          (each, at) =>
            `{${writeJson('before', choose)}:${writeJson(each.before, choose)},${space(choose)}${writeJson('payload', choose)}${space(choose)}:` +
            `${space(choose)}${payloads[at] ?? ''}${space(choose)},"payload ":1,"after":${writeJson(each.after, choose)}}`,
        );
        const reading = readJson(`{"events":[${events.join(',')}],"payload":2}`, {
          maxDepth: 64,
          verbatim: ['/events/*/payload'],
          depthFrom: '/events/*',
        });
        if (reading.kind !== 'read') throw new Error(reading.fault.detail);
        const { events: read, ...rest } = reading.value as { events: Record<string, unknown>[] };
        expect(rest).toEqual({ payload: 2 });
        expect(read.map(({ payload }) => isVerbatimJson(payload) && payload.text)).toEqual(payloads);
        expect(
          read.every(
            ({ payload }) => isVerbatimJson(payload) && isDeepStrictEqual(payload.value, JSON.parse(payload.text)),
          ),
        ).toBe(true);
        const others = read.map(({ payload: _, ...others }) => others);
        const expected = items.map(({ before, after }) => ({ before, 'payload ': 1, after }));
        expect(isDeepStrictEqual(others, JSON.parse(JSON.stringify(expected)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('finds a member that stands twice, and nothing where all names differ', () => {
    const path = fc.array(fc.oneof(name, fc.nat(3)), { maxLength: 4 });
    const names = fc.uniqueArray(name, { minLength: 1, maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(path, names, fc.nat(), fc.nat(), choices, (steps, unique, which, where, { numbers }) => {
        const choose = chooseFrom(numbers);
        const members = unique.map((each, at) => [each, at] as const);
        const clean = wrap(writeMembers(members, choose), steps, choose);
        expect(readJson(clean, { maxDepth: 64 })).toMatchObject({ kind: 'read', faults: [] });

        const twice = unique[which % unique.length] ?? '';
        const spoiled = members.toSpliced(where % (members.length + 1), 0, [twice, -1]);
        const reading = readJson(wrap(writeMembers(spoiled, choose), steps, choose), { maxDepth: 64 });
        expect(reading.kind === 'read' && reading.faults.map((fault) => [fault.kind, fault.pointer])).toEqual([
          ['duplicate-member', pointer([...steps, twice])],
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it('finds a lone surrogate, raw or escaped, wherever it stands', () => {
    const path = fc.array(fc.oneof(name, fc.nat(3)), { maxLength: 4 });
    const around = fc.string({ unit: 'binary', maxLength: 3 });
    const half = fc.integer({ min: 0xd800, max: 0xdfff });
    fc.assert(
      fc.property(path, around, half, around, fc.boolean(), choices, (steps, before, code, after, raw, { numbers }) => {
        const written = raw ? String.fromCharCode(code) : `\\u${code.toString(16)}`;
        const quoted = `${JSON.stringify(before).slice(0, -1)}${written}${JSON.stringify(after).slice(1)}`;
        const reading = readJson(wrap(quoted, steps, chooseFrom(numbers)), { maxDepth: 64 });
        expect(reading.kind === 'read' && reading.faults.map((fault) => [fault.kind, fault.pointer])).toEqual([
          ['lone-surrogate', pointer(steps)],
        ]);
      }),
    );
  });
});

describe('readJson, for any text', () => {
  const garbage = fc.string({
    unit: fc.constantFrom(...Array.from('{}[]:,"\\/ \n\t\u0001\u00a0\ufeff-+.0123eEntrufalsbx')),
    maxLength: 30,
  });
  const spoiled = fc
    .tuple(jsonValue, choices, fc.nat(), fc.nat(2), garbage)
    .map(([value, { numbers }, where, cut, put]) => {
      const text = writeJson(value, chooseFrom(numbers));
      const at = where % (text.length + 1);
      return text.slice(0, at) + put.slice(0, 2) + text.slice(at + cut);
    });
  const anything = fc.oneof(
    garbage,
    spoiled,
    fc.string({ unit: 'binary' }),
    fc.array(garbage).map((parts) => parts.join('')),
  );

  it.each([64, 1, 0])('agrees with JSON.parse on what is JSON, with maxDepth %d', (maxDepth) => {
    fc.assert(
      fc.property(anything, (text) => {
        const reading = readJson(text, { maxDepth, verbatim: ['/a', '/0', '/*'], depthFrom: '/*' });
        expect(reading.kind).toBe(parsed(text) === undefined ? 'unreadable' : 'read');
      }),
      { numRuns: 2000 },
    );
  });

  it('reads what JSON.parse reads whenever it finds no fault', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const reading = readJson(text, { maxDepth: 64 });
        if (reading.kind !== 'read' || reading.faults.length > 0) return;
        expect(isDeepStrictEqual(reading.value, JSON.parse(text))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
