import { afterAll, describe, expect, it } from '@jest/globals';
import { CheckerBusyError } from '@xzepr/core';
import type { PayloadCheck } from '@xzepr/core';

import { jsonSchemas } from '../src/index.js';

const schemas = jsonSchemas();
afterAll(() => schemas.close());

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

  it.each([
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
  }, 30_000);

  it('survives a schema with thousands of properties and a payload that is compared with itself', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, n) => [`p${String(n)}`, { type: 'string' }]),
    );
    expect(await compile({ properties })).not.toBe('');
    const items = Array.from({ length: 4_000 }, (_, n) => ({ n, text: 'x' }));
    expect(['valid', 'limit']).toContain((await check({ uniqueItems: true }, items)).kind);
  }, 30_000);

  it('does not let a slow schema hold up another', async () => {
    const order: string[] = [];
    const note = (name: string) => (): number => order.push(name);
    const slow = [1, 2, 3].map(() => check(doubling(40), {}, 'slow').then(note('slow'), note('slow')));
    const quick = Array.from({ length: 20 }, () => check({ not: { type: 'string' } }, 1, 'quick').then(note('quick')));
    await Promise.all([...slow, ...quick]);
    expect(order.indexOf('slow')).toBeGreaterThan(10);
  }, 60_000);

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
    await check(doubling(40), {}, 'crowd');
    const codes = await Promise.all(
      Array.from({ length: 20 }, () =>
        check(doubling(40), {}, 'crowd').then(
          ({ kind }) => kind,
          (error: unknown) => (error instanceof CheckerBusyError ? error.code : error),
        ),
      ),
    );
    expect(codes.filter((code) => code === 'limit')).toHaveLength(4);
    expect(codes.filter((code) => code === 'CHECKER_BUSY')).toHaveLength(16);
  }, 120_000);
});
