import { isMainThread, parentPort } from 'node:worker_threads';

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
  /** Told to the pool when the work begins. */
  readonly number: number;
  readonly schema: string;
}

/** @internal */
interface CheckTask {
  readonly number: number;
  readonly id: string;
  readonly schema: string;
  readonly payload: string;
}

/** @internal A worker says that it begins with a task, or with what comes after reading its schema. */
export interface Beginning {
  readonly began: number;
  readonly isReading: boolean;
}

const MAX_PROBLEMS = 20;
const MAX_NODES = 20_000;
const CHECKERS_KEPT = 200;
const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';

type Engine = Pick<Ajv, 'compile' | 'validateSchema' | 'errors' | 'errorsText'>;

const COMMON = {
  ...{ strict: false, ownProperties: true, allErrors: true, logger: false as const },
  code: { regExp: Object.assign(linearRegExp, { code: 'linearRegExp' }) },
} as const;
/** Knows no schema but the one it compiles: a reference out of it leads nowhere, not even to the draft itself. */
const COMPILING = { ...COMMON, meta: false, validateSchema: false } as const;

/** Makes the engine of a draft. */
const ENGINES: Readonly<Record<string, (options: typeof COMMON | typeof COMPILING) => Engine>> = {
  [DRAFT_2020]: (options) => withFormats(new Ajv2020(options)),
  'https://json-schema.org/draft/2019-09/schema': (options) => withFormats(new Ajv2019(options)),
  'http://json-schema.org/draft-07/schema': (options) => withFormats(new Ajv(options)),
  'http://json-schema.org/draft-06/schema': (options) =>
    withFormats('meta' in options ? new Ajv(options) : new Ajv(options).addMetaSchema(draft06)),
  'http://json-schema.org/draft-04/schema': (options) => withFormats(new ajvDraft04.default(options)),
};

/** By draft: what tells whether a schema is one of it. Keeps nothing of those it has looked at. */
const judges = new Map<string, Engine>();
const checkers = new LRUCache<string, ValidateFunction>({ max: CHECKERS_KEPT });

/** @public Whether a schema can be used; `problems` says why not. Run by a worker, by its name. */
export function compile({ number, schema }: CompileTask): SchemaCompilation {
  begin(number, true);
  try {
    checkerOf(JSON.parse(schema));
    return { kind: 'accepted' };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: 'refused', problems: [{ pointer: '', detail: error.message.slice(0, 1_000) }] };
  }
}

/** @internal Whether a payload fits a schema that was accepted. */
export function check({ number, id, schema, payload }: CheckTask): PayloadCheck {
  const known = checkers.get(id);
  if (known === undefined) begin(number, true);
  const checker = known ?? checkerOf(JSON.parse(schema));
  if (known === undefined) checkers.set(id, checker);
  begin(number, false);
  return outcomeOf(checker, JSON.parse(payload));
}

/** What came before, waiting and the start of a worker, is nothing that the schema answers for. */
function begin(began: number, isReading: boolean): void {
  parentPort?.postMessage({ began, isReading } satisfies Beginning);
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
  const draft = draftOf(schema);
  const engine = ENGINES[draft];
  if (engine === undefined) {
    throw new Error('$schema must name JSON Schema 2020-12, 2019-09, draft-07, draft-06 or draft-04');
  }
  const judge = judges.get(draft) ?? engine(COMMON);
  judges.set(draft, judge);
  const given = withoutAsync(schema);
  if (judge.validateSchema(given) !== true) {
    throw new Error(`schema is invalid: ${judge.errorsText(judge.errors, { dataVar: 'schema' })}`);
  }
  // Made anew for each schema: what one defines must not be seen by another.
  return engine(COMPILING).compile(given);
}

/** A word of the engine's own, which would have it answer later; to JSON Schema it says nothing. */
function withoutAsync(schema: unknown): object | boolean {
  if (typeof schema !== 'object' || schema === null || !('$async' in schema)) return schema as object | boolean;
  const { $async: _async, ...rest } = schema;
  return rest;
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

// The first check in a new worker would take many times as long as the second, and look slow.
if (!isMainThread) outcomeOf(checkerOf({ not: { type: 'string' } }), 1);
