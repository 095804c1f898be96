import { describe, expect, it } from '@jest/globals';

import { isVerbatimJson, parseJsonText, readJson } from '../../src/domain/json-text.js';
import type { JsonReadOptions } from '../../src/domain/json-text.js';

const EVENT: JsonReadOptions = { maxDepth: 4, verbatim: ['/payload'] };
const BATCH: JsonReadOptions = { maxDepth: 4, verbatim: ['/events/*/payload'], depthFrom: '/events/*' };
const MEBIBYTES_10 = 10 * 1024 * 1024;

function read(
  text: string,
  options: JsonReadOptions = EVENT,
): { value: unknown; faults: readonly (readonly [string, string])[] } {
  const reading = readJson(text, options);
  if (reading.kind === 'unreadable') throw new Error(reading.fault.detail);
  return { value: reading.value, faults: reading.faults.map(({ kind, pointer }) => [kind, pointer]) };
}

function nested(depth: number, inner = ''): string {
  return `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`;
}

/** As it comes out of a request body: one flat string, not a rope of repeated parts. */
function repeated(part: string, length = MEBIBYTES_10): string {
  return Buffer.from(part.repeat(Math.ceil(length / part.length))).toString();
}

describe('readJson: verbatim values', () => {
  it.each([
    '1.0',
    '12345678901234567890',
    '-0',
    '1E+2',
    '{ "b" : 1 ,\n\t"a":[ ] }',
    '"\\u0041\\/\\u0000"',
    '{"b":1,"a":2,"10":3,"9":4}',
    '{"__proto__":{"x":1}}',
    'null',
  ])('keeps %s to the character', (payload) => {
    const { value, faults } = read(`{"name":"x", "payload" :\t${payload} \n, "success":true}`);
    expect(faults).toEqual([]);
    expect(value).toEqual({
      name: 'x',
      payload: { text: payload, value: JSON.parse(payload) as unknown },
      success: true,
    });
  });

  it('finds the value by what its name says, not how it is written', () => {
    const { value } = read('{"\\u0070ayload":1.0,"payloads":2.0}');
    expect(value).toEqual({ payload: { text: '1.0', value: 1 }, payloads: 2 });
  });

  it('leaves members of that name elsewhere alone', () => {
    const { value } = read('{"payload":{"payload":1.0},"other":{"payload":2.0}}');
    expect(value).toEqual({ payload: { text: '{"payload":1.0}', value: { payload: 1 } }, other: { payload: 2 } });
  });

  it('hands back the whole text, without the white space around it, for the empty pointer', () => {
    expect(read(' [1.0]\n', { maxDepth: 4, verbatim: [''] }).value).toEqual({ text: '[1.0]', value: [1] });
  });

  it('knows escaped pointers, several of them, and indexes only in arrays', () => {
    const options = { maxDepth: 4, verbatim: ['/a~1b', '/c~0d', '/list/*'] };
    expect(read('{"a/b":1.0,"c~d":2.0,"list":{"*":3.0,"0":4.0}}', options).value).toEqual({
      'a/b': { text: '1.0', value: 1 },
      'c~d': { text: '2.0', value: 2 },
      list: { '*': 3, '0': 4 },
    });
    expect(read('{"list":[3.0,4.0]}', options).value).toEqual({
      list: [
        { text: '3.0', value: 3 },
        { text: '4.0', value: 4 },
      ],
    });
  });

  it('refuses a pattern that is no pointer', () => {
    expect(() => readJson('1', { maxDepth: 1, verbatim: ['payload'] })).toThrow(RangeError);
  });

  it('are told from JSON that only looks like them', () => {
    const { value } = read('{"payload":1,"name":{"text":"1","value":1}}');
    const { payload, name } = value as Record<string, unknown>;
    expect([payload, name, null, 'x', undefined].map(isVerbatimJson)).toEqual([true, false, false, false, false]);
  });
});

describe('readJson: member names', () => {
  it('makes __proto__ a member like any other, in and outside of verbatim values', () => {
    const { value } = read('{"__proto__":{"polluted":1},"payload":{"__proto__":[]}}');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'payload']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect((value as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('keeps __proto__ a member when its value is cut out', () => {
    const { value } = read('{"__proto__":[1.0]}', { maxDepth: 4, verbatim: ['/__proto__'] });
    expect(Object.entries(value as object)).toEqual([['__proto__', { text: '[1.0]', value: [1] }]]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each([
    ['{"a":1,"a":2}', '/a'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"\\u0061":1,"a":2}', '/a'],
    ['{"":1,"":2}', '/'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
    ['[0,{"a/b":{"x~":1,"y":2,"x~":3}}]', '/1/a~1b/x~0'],
  ])('finds the member that stands twice in %s', (text, pointer) => {
    expect(read(text).faults).toEqual([['duplicate-member', pointer]]);
  });

  it.each([
    ['whose hashes are equal', '{"Aa":1,"BB":2,"AaAa":3,"BBBB":4,"AaBB":5,"BBAa":6}'],
    ['that differ in case or form only', '{"a":1,"A":2,"\\u00e9":3,"e\\u0301":4}'],
    ['that are again in other objects', '{"a":{"a":{"b":1},"b":1},"b":[{"a":1},{"a":1}]}'],
  ])('takes names %s', (_, text) => {
    expect(read(text).faults).toEqual([]);
  });

  it('finds the first and the last name again in an object of 100,000', () => {
    const members = Array.from({ length: 100_000 }, (_, at) => `"m${at}":${at}`).join(',');
    expect(read(`{${members}}`).faults).toEqual([]);
    expect(read(`{${members},"m0":1,"m99999":1}`).faults).toEqual([
      ['duplicate-member', '/m0'],
      ['duplicate-member', '/m99999'],
    ]);
  });

  it('still knows its own names after a value with many of them', () => {
    const many = Array.from({ length: 40 }, (_, at) => `"m${at}":0`).join(',');
    expect(read(`{"a":{${many}},"m1":1,"a":2}`).faults).toEqual([['duplicate-member', '/a']]);
  });
});

describe('readJson: surrogates', () => {
  it.each([
    ['an escaped high half', '["\\ud83d"]', '/0'],
    ['an escaped low half', '["\\ude00"]', '/0'],
    ['a low half twice', '["\\ude00\\ude00"]', '/0'],
    ['halves in the wrong order', '["\\ude00\\ud83d"]', '/0'],
    ['a half before an escape that is none', '["\\ud83d\\u0041"]', '/0'],
    ['a half before a whole pair', '["\\ud83d\\ud83d\\ude00"]', '/0'],
    ['a raw half', '["\ud83d"]', '/0'],
    ['a pair of which one half is escaped', '["\ud83d\\ude00"]', '/0'],
    ['a member name', '{"a":{"x\\udfff":1}}', '/a/x\ufffd'],
    ['a raw half in a member name', '{"\ud800":1}', '/\ufffd'],
  ])('refuses %s', (_, text, pointer) => {
    expect(read(text).faults).toEqual([['lone-surrogate', pointer]]);
  });

  it.each(['["\\ud83d\\ude00"]', '["\\uD83D\\uDE00"]', '["\u{1f600}"]', '["\\u0000"]', '["\\\\ud83d"]'])(
    'takes %s',
    (text) => {
      expect(read(text)).toEqual({ value: JSON.parse(text) as unknown, faults: [] });
    },
  );

  it('names only the string at fault when a raw half is somewhere in the text', () => {
    expect(read('["a","\ud800","\u{1f600}","b"]').faults).toEqual([['lone-surrogate', '/1']]);
  });
});

describe('readJson: depth', () => {
  it('takes what is as deep as allowed and refuses one more', () => {
    expect(read(nested(4))).toEqual({ value: [[[[]]]], faults: [] });
    expect(read(nested(5))).toEqual({ value: undefined, faults: [['too-deep', '/0/0/0/0']] });
    expect(read('{"a":[1,{"b":{"c":{}}}]}').faults).toEqual([['too-deep', '/a/1/b/c']]);
  });

  it('takes only scalars when nothing may lie in each other', () => {
    expect(read('1', { maxDepth: 0 })).toEqual({ value: 1, faults: [] });
    expect(read('{}', { maxDepth: 0 }).faults).toEqual([['too-deep', '']]);
  });

  it('has a ceiling that options cannot lift', () => {
    expect(read(nested(512), { maxDepth: Infinity }).faults).toEqual([]);
    expect(read(nested(513), { maxDepth: Infinity }).faults).toHaveLength(1);
    expect(read(nested(1), { maxDepth: NaN }).faults).toHaveLength(1);
  });

  it('tells objects from arrays however deep they are', () => {
    const text = `${'[{"a":'.repeat(1_000)}1${'}]'.repeat(1_000)}`;
    expect(read(text).faults).toEqual([['too-deep', '/0/a/0/a']]);
    expect(readJson(text.replace('1}]}]', '1}]]}'), EVENT).kind).toBe('unreadable');
  });

  it('reads on behind what is too deep, and minds its odd escapes no longer', () => {
    expect(read(`[${nested(4, '"\\ud800"')},"fine",{"a":1,"a":2}]`).faults).toEqual([
      ['too-deep', '/0/0/0/0'],
      ['duplicate-member', '/2/a'],
    ]);
  });

  it.each(['[[[[[}]]]]]', '[[[[{"a" 1}]]]]', '[[[[{1:1}]]]]', '[[[[[1,]]]]]', '[[[[[tru]]]]]', '[[[[[]]]]'])(
    'still knows that %s is not JSON',
    (text) => {
      expect(readJson(text, EVENT).kind).toBe('unreadable');
    },
  );
});

describe('readJson: a batch', () => {
  it('counts depth from each item', () => {
    expect(read(`{"events":[${nested(4)},{"payload":${nested(3)}}]}`, BATCH)).toEqual({
      value: { events: [[[[[]]]], { payload: { text: '[[[]]]', value: [[[]]] } }] },
      faults: [],
    });
  });

  it('drops an item that is too deep and reads its neighbours', () => {
    const text = `{"events":[{"payload":1.0},{"payload":1.0,"x":${nested(4)}},{"payload":${nested(9)}},7,{"payload":2.0}],"atomic":true}`;
    expect(read(text, BATCH)).toEqual({
      value: {
        events: [
          { payload: { text: '1.0', value: 1 } },
          undefined,
          undefined,
          7,
          { payload: { text: '2.0', value: 2 } },
        ],
        atomic: true,
      },
      faults: [
        ['too-deep', '/events/1/x/0/0/0'],
        ['too-deep', '/events/2/payload/0/0/0'],
      ],
    });
  });

  it('names the item of every other fault, and gives no verbatim value that has one', () => {
    const text =
      '{"events":[{"payload":{"a":1,"a":2}},{"payload":3},{"payload":4,"name":"\\ud800"},{"payload":5,"payload":6.0}]}';
    const { value, faults } = read(text, BATCH);
    expect(faults).toEqual([
      ['duplicate-member', '/events/0/payload/a'],
      ['lone-surrogate', '/events/2/name'],
      ['duplicate-member', '/events/3/payload'],
    ]);
    expect(value).toEqual({
      events: [
        { payload: undefined },
        { payload: { text: '3', value: 3 } },
        { payload: { text: '4', value: 4 }, name: '\ud800' },
        { payload: { text: '6.0', value: 6 } },
      ],
    });
  });

  it('gives nothing of a text that is too deep outside of its items', () => {
    expect(read(`{"events":[{"payload":1}],"x":${nested(4)}}`, BATCH)).toEqual({
      value: undefined,
      faults: [['too-deep', '/x/0/0/0']],
    });
  });

  it('does not put a value where a duplicate of its container took its place', () => {
    const { value, faults } = read('{"events":[{"payload":1}],"events":[{"name":"x"}]}', BATCH);
    expect(value).toEqual({ events: [{ name: 'x' }] });
    expect(faults).toEqual([['duplicate-member', '/events']]);
  });

  it('names every item at fault beyond the first 20 faults, once', () => {
    const bad = '{"a":1,"a":2,"a":3}';
    const { faults } = read(`{"events":[${`${bad},`.repeat(49)}${bad}]}`, BATCH);
    expect(faults).toHaveLength(20 + 40);
    expect(new Set(faults.map(([, pointer]) => pointer))).toEqual(
      new Set(Array.from({ length: 50 }, (_, at) => `/events/${at}/a`)),
    );
  });

  it('names an item at fault also when the text around the items has faults enough', () => {
    const { faults } = read(`{"x":[${'"\\ud800",'.repeat(30)}0],"events":[{},{"a":1,"a":2}]}`, BATCH);
    expect(faults).toHaveLength(21);
    expect(faults.at(-1)).toEqual(['duplicate-member', '/events/1/a']);
  });
});

describe('readJson: what it says', () => {
  it.each([
    ['', 'expected a value but found the end of the text at line 1, column 1'],
    ['{"a":1,\n  b:2}', "expected a member name in double quotes but found 'b' at line 2, column 3"],
    ['{"a" 1}', "expected ':' after a member name but found '1' at line 1, column 6"],
    ['[1 2]', "expected ',' or ']' but found '2' at line 1, column 4"],
    ['{"a":1]', "expected ',' or '}' but found ']' at line 1, column 7"],
    ['[1]]', "expected the end of the text but found ']' at line 1, column 4"],
    ['[tru]', "expected a value but found 't' at line 1, column 2"],
    ['[1.]', "expected a digit but found ']' at line 1, column 4"],
    ['["\\x"]', "expected one of \" \\ / b f n r t u after a backslash but found 'x' at line 1, column 4"],
    ['["\\u12g4"]', "expected four hexadecimal digits after \\u but found 'g' at line 1, column 7"],
    [
      '["a\nb"]',
      'expected an escape, for control characters cannot stand in a string, but found U+000A at line 1, column 4',
    ],
    ['\ufeff{}', 'expected a value but found U+FEFF at line 1, column 1'],
    ['"abc', 'expected the closing quote of a string but found the end of the text at line 1, column 5'],
  ])('tells what is wrong with %j', (text, detail) => {
    expect(readJson(text, EVENT)).toEqual({ kind: 'unreadable', fault: { kind: 'syntax', pointer: '', detail } });
  });

  it('keeps at most 20 faults of one text', () => {
    expect(read(`[${'"\\ud800",'.repeat(100)}1]`).faults).toHaveLength(20);
  });

  it('cuts a very long name in a pointer', () => {
    const long = 'x'.repeat(100_000);
    expect(read(`{"${long}":{"a":1,"a":2}}`).faults).toEqual([['duplicate-member', `/${'x'.repeat(256)}…/a`]]);
  });
});

describe('readJson: 10 MiB of hostile text', () => {
  it.each([
    ['opening brackets', repeated('[')],
    ['opening objects', repeated('{"a":')],
    ['quotes', repeated('"')],
    ['an unclosed string of backslashes', `"${repeated('\\\\')}`],
    ['an item of opening brackets', `{"events":[${repeated('[')}]}`],
    ['line ends', repeated('\n')],
  ])('answers unreadable to %s', (_, text) => {
    expect(readJson(text, BATCH).kind).toBe('unreadable');
  });

  it('reads what stands beside an item of five million levels', () => {
    const deep = Buffer.from(nested(MEBIBYTES_10 / 2)).toString();
    const { value, faults } = read(`{"events":[${deep},{"payload":1.0}]}`, BATCH);
    expect(value).toEqual({ events: [undefined, { payload: { text: '1.0', value: 1 } }] });
    expect(faults).toEqual([['too-deep', '/events/0/0/0/0/0']]);
  });

  it.each([
    ['backslashes', `"${repeated('\\\\')}"`, []],
    ['escaped halves', `"${repeated('\\ud800')}"`, [['lone-surrogate', '']]],
    [
      'names that differ at their end',
      `{${Array.from({ length: 16 }, (_, at) => `"${repeated('x', 600_000)}${at}":0`).join(',')}}`,
      [],
    ],
    ['a million names', `{${Array.from({ length: 1_000_000 }, (_, at) => `"k${at}":0`).join(',')}}`, []],
    ['items with verbatim values', `{"events":[${repeated('{"payload":[]},')}0]}`, []],
  ])('reads %s', (_, text, faults) => {
    expect(read(text, BATCH).faults).toEqual(faults);
  });
});

describe('parseJsonText', () => {
  it('gives the value and its text', () => {
    const parsing = parseJsonText(' {"a":1.0} ');
    expect(parsing).toEqual({ kind: 'ok', json: { text: '{"a":1.0}', value: { a: 1 } } });
    expect(parsing.kind === 'ok' && isVerbatimJson(parsing.json)).toBe(true);
  });

  it('gives the first fault', () => {
    const faultOf = (text: string, maxDepth?: number): unknown => {
      const parsing = parseJsonText(text, maxDepth);
      return parsing.kind === 'fault' ? [parsing.fault.kind, parsing.fault.pointer] : parsing;
    };
    expect(faultOf('{"a":1,"a":2,"b":"\\ud800"}')).toEqual(['duplicate-member', '/a']);
    expect(faultOf('{')).toEqual(['syntax', '']);
    expect(faultOf('[[]]', 1)).toEqual(['too-deep', '/0']);
    expect(faultOf(nested(65))).toEqual(['too-deep', '/0'.repeat(64)]);
    expect(parseJsonText(nested(64)).kind).toBe('ok');
  });
});
