import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { CheckerBusyError } from '@xzepr/core';
import type { PayloadCheck } from '@xzepr/core';

import { jsonSchemas } from '../src/index.js';
import type { JsonSchemas } from '../src/index.js';

// A machine that is busy with other things starts workers slowly; that is not what these tests are about.
jest.setTimeout(120_000);
const schemas = jsonSchemas({ maxWaitMs: 60_000 });
afterAll(() => schemas.close());

const DRAFTS = [
  'https://json-schema.org/draft/2020-12/schema',
  'https://json-schema.org/draft/2019-09/schema',
  'http://json-schema.org/draft-07/schema#',
  'http://json-schema.org/draft-06/schema#',
  'http://json-schema.org/draft-04/schema#',
];

let made = 0;

async function check(schema: unknown, payload: unknown, id = `s${String((made += 1))}`): Promise<PayloadCheck> {
  const text = JSON.stringify(payload);
  return schemas.check({ id, text: JSON.stringify(schema) }, { text, value: JSON.parse(text) as unknown });
}

async function compile(schema: unknown): Promise<string> {
  const compiled = await schemas.compile(JSON.stringify(schema));
  return compiled.kind === 'accepted' ? 'accepted' : (compiled.problems[0]?.detail ?? '');
}

/** 2 to the power of `levels` checks of one value. */
function doubling(levels: number): unknown {
  const $defs = Object.fromEntries(
    Array.from({ length: levels }, (_, level) => {
      const next = { $ref: `#/$defs/d${String(level + 1)}` };
      return [`d${String(level)}`, { anyOf: [{ allOf: [next, false] }, { allOf: [next, false] }] }];
    }),
  );
  return { $ref: '#/$defs/d0', $defs: { ...$defs, [`d${String(levels)}`]: true } };
}

describe('jsonSchemas', () => {
  it('answers at once for a schema that is cheap', () => {
    const schema = { id: 'cheap', text: '{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}' };
    expect(schemas.check(schema, { text: '{"a":1}', value: { a: 1 } })).toEqual({ kind: 'valid' });
    expect(schemas.check(schema, { text: '{"a":"x"}', value: { a: 'x' } })).toEqual({
      kind: 'invalid',
      problems: [{ pointer: '/a', detail: 'must be integer' }],
    });
  });

  it('names every problem at once, in the worker too', async () => {
    const schema = { allOf: [{ required: ['a', 'b'] }], properties: { c: { format: 'date-time' } } };
    expect(await check(schema, { c: 'soon' })).toMatchObject({
      kind: 'invalid',
      problems: [
        { pointer: '', detail: "must have required property 'a'" },
        { pointer: '', detail: "must have required property 'b'" },
        { pointer: '/c', detail: 'must match format "date-time"' },
      ],
    });
  });

  it.each([
    ['https://json-schema.org/draft/2020-12/schema', { prefixItems: [{ type: 'string' }] }, ['a'], [1]],
    [
      'https://json-schema.org/draft/2019-09/schema',
      { properties: { a: true }, unevaluatedProperties: false },
      { a: 1 },
      { b: 1 },
    ],
    ['http://json-schema.org/draft-07/schema#', { if: { type: 'string' }, then: { minLength: 2 } }, 'ab', 'a'],
    ['http://json-schema.org/draft-06/schema#', { contains: { const: 1 } }, [1], [2]],
    ['http://json-schema.org/draft-04/schema#', { minimum: 1, exclusiveMinimum: true }, 2, 1],
  ])('reads %s', async ($schema, schema, good, bad) => {
    expect(await compile({ $schema, ...schema })).toBe('accepted');
    expect((await check({ $schema, ...schema }, good)).kind).toBe('valid');
    expect((await check({ $schema, ...schema }, bad)).kind).toBe('invalid');
  });

  it.each(DRAFTS)('follows a reference to the whole schema in %s', async ($schema) => {
    const tree = {
      $schema,
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#' } } },
      required: ['name'],
    };
    expect(await compile(tree)).toBe('accepted');
    expect((await check(tree, { name: 'a', children: [{ name: 'b', children: [] }] })).kind).toBe('valid');
    expect((await check(tree, { name: 'a', children: [{ children: [] }] })).kind).toBe('invalid');
  });

  it('follows the names that a schema gives to its parts', async () => {
    const named = {
      $defs: { a: { $anchor: 'part', type: ['array', 'string'], items: { $ref: '#part' } } },
      $ref: '#part',
    };
    expect((await check(named, [['a'], 'b'])).kind).toBe('valid');
    expect((await check(named, [[1]])).kind).toBe('invalid');
    const parts = { $id: 'https://example.org/whole', $defs: { a: { $id: 'part', const: 1 } }, $ref: 'part' };
    expect((await check(parts, 1)).kind).toBe('valid');
    expect((await check(parts, 2)).kind).toBe('invalid');
  });

  it('takes no word for more than JSON Schema says it is', async () => {
    expect((await check({ $async: true, not: { type: 'string' } }, 'x')).kind).toBe('invalid');
  });

  it.each([
    ['the draft that it is of', { $ref: 'https://json-schema.org/draft/2020-12/schema' }, "can't resolve reference"],
    ['a draft that nobody knows', { $schema: 'https://example.org/mine' }, '$schema must name'],
    ['what is no schema', { type: 'strnig' }, 'schema is invalid'],
    ['a reference out of the schema', { $ref: 'https://example.org/other.json' }, "can't resolve reference"],
    ['a pattern that needs look-around', { pattern: '(?=a)b' }, 'invalid'],
  ])('refuses %s', async (_what, schema, why) => {
    expect((await compile(schema)).toLowerCase()).toContain(why.toLowerCase());
  });

  it('asks for members of the payload itself, not of all objects', async () => {
    expect((await check({ required: ['toString'] }, {})).kind).toBe('invalid');
    expect((await check({ required: ['toString'], not: false }, {})).kind).toBe('invalid');
  });

  it('matches a pattern that would stall a backtracking engine', async () => {
    expect((await check({ pattern: '^(a+)+$' }, `${'a'.repeat(30_000)}b`)).kind).toBe('invalid');
  });

  it('cuts off a check that would take for ever, and goes on', async () => {
    expect((await check(doubling(40), {})).kind).toBe('limit');
    expect((await check({ not: { type: 'string' } }, 1)).kind).toBe('valid');
  });

  it('survives a schema with thousands of properties and a payload that is compared with itself', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, n) => [`p${String(n)}`, { type: 'string' }]),
    );
    expect(await compile({ properties })).not.toBe('');
    const items = Array.from({ length: 4_000 }, (_, n) => ({ n, text: 'x' }));
    expect(['valid', 'limit']).toContain((await check({ uniqueItems: true }, items)).kind);
  });

  // Where nothing is over before its time, only the order tells: a check that is never done must not be waited for.
  const ENDLESS = { deadlineMs: 600_000, maxWaitMs: 600_000 };

  it.each([
    ['in workers that have to be started first', 2, async () => undefined],
    ['in workers that are at work already', 2, quickly],
    ['in the only worker there is', 1, quickly],
  ])(
    'does not let a slow schema hold up another %s',
    async (_where, threads, before) => {
      const own = jsonSchemas({ ...ENDLESS, threads });
      try {
        await before(own);
        const ends = settling([1, 2, 3].map(() => neverDone(own)));
        await Promise.all(Array.from({ length: 20 }, () => quickly(own)));
        expect(ends.settled).toBe(0);
      } finally {
        await own.close();
      }
    },
    60_000,
  );

  it('does not take a schema for slow because its worker had to be started', async () => {
    const own = jsonSchemas({ ...ENDLESS, threads: 1 });
    try {
      const ends = settling([neverDone(own)]);
      await quickly(own);
      await quickly(own);
      expect(ends.settled).toBe(0);
    } finally {
      await own.close();
    }
  });

  it('does not let a schema that is slow to compile hold up checks', async () => {
    const own = jsonSchemas({ ...ENDLESS, threads: 1 });
    try {
      const ends = settling([1, 2].map(() => own.compile(JSON.stringify(slowToCompile()))));
      await Promise.all(Array.from({ length: 20 }, () => quickly(own)));
      expect(ends.settled).toBe(0);
    } finally {
      await own.close();
    }
  });

  it('does not take a worker that starts, or a large schema that is read for the first time, for a slow check', async () => {
    const fresh = jsonSchemas();
    const properties = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, n) => [`p${String(n)}`, { anyOf: [{ type: 'string' }, { type: 'null' }] }]),
    );
    const schema = { id: 'large', text: JSON.stringify({ properties }) };
    const ask = async () => fresh.check(schema, { text: '{"p1":null}', value: { p1: null } });
    await ask();
    const answers = await Promise.all(Array.from({ length: 100 }, ask));
    await fresh.close();
    expect(answers).toEqual(Array.from({ length: 100 }, () => ({ kind: 'valid' })));
  }, 30_000);

  it('says that it is busy rather than letting a slow schema queue without end', async () => {
    const own = jsonSchemas({ deadlineMs: 300, maxWaitMs: 60_000 });
    const crowd = async (): Promise<string> => {
      try {
        return (await checkIn(own, doubling(40), {}, 'crowd')).kind;
      } catch (error) {
        return error instanceof CheckerBusyError ? error.code : String(error);
      }
    };
    try {
      await crowd();
      const codes = await Promise.all(Array.from({ length: 20 }, crowd));
      expect(codes.filter((code) => code === 'limit')).toHaveLength(4);
      expect(codes.filter((code) => code === 'CHECKER_BUSY')).toHaveLength(16);
    } finally {
      await own.close();
    }
  });

  it('says that it is busy to whom a slow schema that nobody knew yet lets wait too long', async () => {
    const own = jsonSchemas({ deadlineMs: 600_000, maxWaitMs: 1_000 });
    const crowd = Array.from({ length: 20 }, () => neverDone(own));
    const told = await Promise.allSettled(crowd.slice(1));
    expect(told.filter((result) => isBusy(result))).toHaveLength(19);
    await Promise.all([own.close(), expect(crowd[0]).rejects.toThrow()]);
  });
});

function checkIn(own: JsonSchemas, schema: unknown, payload: unknown, id: string): Promise<PayloadCheck> {
  const text = JSON.stringify(payload);
  return Promise.resolve(own.check({ id, text: JSON.stringify(schema) }, { text, value: payload }));
}

const MANY = Array.from({ length: 300_000 }, (_, number) => number);

/** A check of one slow schema, which compares each of many with each, and takes minutes to. */
function neverDone(own: JsonSchemas): Promise<PayloadCheck> {
  return checkIn(own, { uniqueItems: true }, MANY, 'slow');
}

/** A check that a worker makes in no time. */
async function quickly(own: JsonSchemas): Promise<void> {
  expect(await checkIn(own, { not: { type: 'string' } }, 1, 'quick')).toEqual({ kind: 'valid' });
}

/** Counts how many have ended by now, whichever way. */
function settling(promises: readonly Promise<unknown>[]): { readonly settled: number } {
  const count = { settled: 0 };
  const add = (): number => (count.settled += 1);
  for (const promise of promises) promise.then(add, add);
  return count;
}

function isBusy(result: object): boolean {
  return 'reason' in result && result.reason instanceof CheckerBusyError;
}

function slowToCompile(): unknown {
  const oneOf = Array.from({ length: 4_000 }, () => ({ $ref: '#/$defs/a' }));
  return { oneOf, $defs: { a: { type: 'object' } } };
}
