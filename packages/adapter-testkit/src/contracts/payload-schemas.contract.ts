import assert from 'node:assert/strict';

import type { PayloadCheck, PayloadSchemas, SchemaCompilation } from '@xzepr/core';

import { declareContract } from '../contract.js';
import type { Promises, TestRunner } from '../contract.js';

/** @public Payload schemas, and what ends them: the tests call it when they are through. */
export interface PayloadSchemasHarness {
  readonly payloads: PayloadSchemas;
  close(): Promise<void>;
}

type Schemas = PayloadSchemasHarness;

const DRAFTS = {
  '2020-12': 'https://json-schema.org/draft/2020-12/schema',
  '2019-09': 'https://json-schema.org/draft/2019-09/schema',
  'draft-07': 'http://json-schema.org/draft-07/schema#',
  'draft-06': 'http://json-schema.org/draft-06/schema#',
  'draft-04': 'http://json-schema.org/draft-04/schema#',
};
const LONGEST_PAUSE_MS = 1_000;

function compile({ payloads }: Schemas, schema: unknown): Promise<SchemaCompilation> {
  return payloads.compile(JSON.stringify(schema));
}

async function check({ payloads }: Schemas, schema: unknown, text: string): Promise<PayloadCheck> {
  const schemaText = JSON.stringify(schema);
  return payloads.check({ id: schemaText, text: schemaText }, { text, value: JSON.parse(text) as unknown });
}

async function kindsOf(schemas: Schemas, schema: unknown, texts: readonly string[]): Promise<readonly string[]> {
  const checks = await Promise.all(texts.map((text) => check(schemas, schema, text)));
  return checks.map(({ kind }) => kind);
}

/** The longest time for which nothing else could run while `work` did. */
async function longestPause(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const beat = (): void => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(beat, 10);
  try {
    await work();
    beat();
    return longest;
  } finally {
    clearInterval(timer);
  }
}

const payloadSchemasPromises: Promises<Schemas> = {
  'accepts an object, true or false': async (schemas) => {
    for (const schema of [{}, true, false, { type: 'object', required: ['a'] }]) {
      assert.equal((await compile(schemas, schema)).kind, 'accepted');
    }
  },
  'goes by $schema, and knows its drafts': async (schemas) => {
    for (const [draft, uri] of Object.entries(DRAFTS)) {
      const schema = { $schema: uri, type: 'integer', maximum: 3 };
      assert.equal((await compile(schemas, schema)).kind, 'accepted', draft);
      assert.deepEqual(await kindsOf(schemas, schema, ['3', '4', '"3"']), ['valid', 'invalid', 'invalid'], draft);
    }
    const exclusive = { $schema: DRAFTS['draft-04'], maximum: 3, exclusiveMaximum: true };
    assert.deepEqual(await kindsOf(schemas, exclusive, ['2', '3']), ['valid', 'invalid']);
    const tuple = { prefixItems: [{ type: 'string' }], items: false };
    assert.deepEqual(await kindsOf(schemas, tuple, ['["a"]', '[1]', '["a",1]']), ['valid', 'invalid', 'invalid']);
  },
  'refuses what is no schema, or is one of a dialect it does not know, and says where': async (schemas) => {
    const bad = [{ type: 12 }, { $schema: 'https://example.com/dialect' }, { properties: { a: { minimum: 'x' } } }];
    for (const schema of bad) {
      const compilation = await compile(schemas, schema);
      assert.equal(compilation.kind, 'refused', JSON.stringify(schema));
      assert.ok(compilation.problems.length > 0);
    }
  },
  'lets $ref reach into the schema itself and nowhere else': async (schemas) => {
    const inside = { $defs: { count: { type: 'integer' } }, properties: { count: { $ref: '#/$defs/count' } } };
    assert.equal((await compile(schemas, inside)).kind, 'accepted');
    assert.deepEqual(await kindsOf(schemas, inside, ['{"count":1}', '{"count":"1"}']), ['valid', 'invalid']);
    for (const $ref of ['https://example.com/schema.json', 'other.json', 'file:///etc/passwd', '#/$defs/missing']) {
      assert.equal((await compile(schemas, { properties: { a: { $ref } } })).kind, 'refused', $ref);
    }
  },
  'points at what does not fit in the payload': async (schemas) => {
    const schema = { properties: { 'a/b': { items: { type: 'integer' } } } };
    const result = await check(schemas, schema, '{"a/b":[1,"2"]}');
    assert.equal(result.kind, 'invalid');
    assert.deepEqual(
      result.problems.map(({ pointer }) => pointer),
      ['/a~1b/1'],
    );
  },
  'asserts the standard formats': async (schemas) => {
    const formats = { 'date-time': '2026-11-23T10:00:00Z', uri: 'https://example.com/a', email: 'a@example.com' };
    for (const [format, good] of Object.entries(formats)) {
      const texts = [JSON.stringify(good), '"no such thing"'];
      assert.deepEqual(await kindsOf(schemas, { type: 'string', format }, texts), ['valid', 'invalid'], format);
    }
  },
  'tells schemas apart by their ids': async ({ payloads }) => {
    const payload = { text: '1', value: 1 };
    const kinds: string[] = [];
    for (const [id, text] of [
      ['a@1', 'true'],
      ['a@2', 'false'],
      ['a@1', 'true'],
    ] as const) {
      kinds.push((await payloads.check({ id, text }, payload)).kind);
    }
    assert.deepEqual(kinds, ['valid', 'invalid', 'valid']);
  },
  'neither stalls nor ends the process for a hostile schema or payload': async (schemas) => {
    const attacks: readonly (readonly [unknown, string])[] = [
      [{ pattern: '^(a+)+$' }, JSON.stringify(`${'a'.repeat(40)}!`)],
      [{ uniqueItems: true }, JSON.stringify(Array.from({ length: 5_000 }, (_, index) => ({ index })))],
      [{ $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } }, $ref: '#/$defs/a' }, '1'],
      [{ $ref: '#' }, '1'],
      [JSON.parse('{"properties":{"__proto__":{"type":"string"}}}'), '{"__proto__":1}'],
    ];
    for (const [schema, payload] of attacks) {
      const pause = await longestPause(async () => {
        const compiled = await compile(schemas, schema);
        if (compiled.kind === 'accepted') await check(schemas, schema, payload);
      });
      assert.ok(pause < LONGEST_PAUSE_MS, `nothing else ran for ${pause.toFixed()} ms at ${JSON.stringify(schema)}`);
    }
    assert.deepEqual(await kindsOf(schemas, { type: 'integer' }, ['1', '"1"']), ['valid', 'invalid']);
  },
};

/**
 * What `PayloadSchemas` promises.
 *
 * @public
 */
export function payloadSchemasContract(runner: TestRunner, open: () => Promise<PayloadSchemasHarness>): void {
  let opened: PayloadSchemasHarness | undefined;
  runner.describe('payload schemas', () => {
    runner.afterAll(async () => {
      await opened?.close();
    });
    const opening = async (): Promise<PayloadSchemasHarness> => (opened = await open());
    declareContract(runner, 'for any schema', opening, payloadSchemasPromises);
  });
}
