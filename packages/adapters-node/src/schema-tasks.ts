import type { PayloadCheck, Problem, SchemaCompilation } from '@xzepr/core';
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import draft06 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import ajvDraft04 from 'ajv-draft-04';
import ajvFormats from 'ajv-formats';
import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';

/* Runs in worker threads as well as in the process itself, so it imports packages only. */

/** @internal */
interface CompileTask {
  readonly schema: string;
}

/** @internal */
interface CheckTask {
  readonly id: string;
  readonly schema: string;
  readonly payload: string;
}

const MAX_PROBLEMS = 20;
const MAX_NODES = 20_000;
const CHECKERS_KEPT = 200;
const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';

type Engine = Pick<Ajv, 'compile'>;

const OPTIONS = {
  ...{
    strict: false,
    validateSchema: true,
    addUsedSchema: false,
    ownProperties: true,
    allErrors: true,
    logger: false as const,
  },
  code: { regExp: Object.assign(linearRegExp, { code: 'linearRegExp' }) },
} as const;

/** One for each draft, made anew for each schema: what a schema defines must not be seen by another. */
const ENGINES: Readonly<Record<string, () => Engine>> = {
  [DRAFT_2020]: () => withFormats(new Ajv2020(OPTIONS)),
  'https://json-schema.org/draft/2019-09/schema': () => withFormats(new Ajv2019(OPTIONS)),
  'http://json-schema.org/draft-07/schema': () => withFormats(new Ajv(OPTIONS)),
  'http://json-schema.org/draft-06/schema': () => withFormats(new Ajv(OPTIONS).addMetaSchema(draft06)),
  'http://json-schema.org/draft-04/schema': () => withFormats(new ajvDraft04.default(OPTIONS)),
};

const checkers = new LRUCache<string, ValidateFunction>({ max: CHECKERS_KEPT });

/** @internal What a worker found, and how long it read the schema and checked the payload: its own start is nobody's fault. */
export interface Finding<T> {
  readonly answer: T;
  readonly readingMs: number;
  readonly checkingMs: number;
}

/** @internal Whether a schema can be used; `problems` says why not. Run by a worker, by its name. */
export function compile({ schema }: CompileTask): Finding<SchemaCompilation> {
  const began = performance.now();
  const answer = compilationOf(schema);
  return { answer, readingMs: performance.now() - began, checkingMs: 0 };
}

function compilationOf(schema: string): SchemaCompilation {
  try {
    checkerOf(JSON.parse(schema));
    return { kind: 'accepted' };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: 'refused', problems: [{ pointer: '', detail: error.message.slice(0, 1_000) }] };
  }
}

/** @internal Whether a payload fits a schema that was accepted. Run by a worker, by its name. */
export function check({ id, schema, payload }: CheckTask): Finding<PayloadCheck> {
  const began = performance.now();
  const known = checkers.get(id);
  const checker = known ?? checkerOf(JSON.parse(schema));
  if (known === undefined) checkers.set(id, checker);
  const read = performance.now();
  const answer = outcomeOf(checker, JSON.parse(payload));
  return { answer, readingMs: read - began, checkingMs: performance.now() - read };
}

/** @internal */
export function outcomeOf(checker: ValidateFunction, payload: unknown): PayloadCheck {
  if (checker(payload)) return { kind: 'valid' };
  return { kind: 'invalid', problems: (checker.errors ?? []).slice(0, MAX_PROBLEMS).map(problemOf) };
}

/**
 * @throws Error the schema cannot be used
 * @internal
 */
export function checkerOf(schema: unknown): ValidateFunction {
  if (nodesIn(schema) > MAX_NODES) throw new Error(`the schema has more than ${String(MAX_NODES)} parts`);
  const engine = ENGINES[draftOf(schema)];
  if (engine === undefined) {
    throw new Error('$schema must name JSON Schema 2020-12, 2019-09, draft-07, draft-06 or draft-04');
  }
  return engine().compile(schema as object | boolean);
}

function draftOf(schema: unknown): string {
  const named = typeof schema === 'object' && schema !== null && '$schema' in schema ? schema.$schema : DRAFT_2020;
  return typeof named === 'string' ? named.replace(/#$/, '') : '';
}

function nodesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, child) => sum + nodesIn(child), 1);
}

function withFormats<E extends Ajv | Ajv2019 | Ajv2020>(engine: E): E {
  ajvFormats.default(engine);
  return engine;
}

/** Matches in time linear in the text, whatever the pattern; what cannot be matched so (look-around, back-references) is refused. */
function linearRegExp(pattern: string): { test: (text: string) => boolean; toString: () => string } {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  return { test: (text) => compiled.matcher(text).find(), toString: () => pattern };
}

function problemOf({ instancePath, message = 'does not fit', params }: ErrorObject): Problem {
  const named: unknown = params['additionalProperty'] ?? params['unevaluatedProperty'] ?? params['propertyName'];
  const allowed: unknown = params['allowedValues'];
  const name = typeof named === 'string' ? `: ${JSON.stringify(named.slice(0, 100))}` : '';
  const values = Array.isArray(allowed) ? `: ${JSON.stringify(allowed).slice(0, 200)}` : '';
  return { pointer: instancePath, detail: `${message}${name}${values}` };
}
