import type { PayloadCheck, PayloadSchemas, SchemaCompilation } from '@xzepr/core';
import type { ValidateFunction } from 'ajv';
import { LRUCache } from 'lru-cache';

import { isCheap } from './cheap-schema.js';
import { makeLanes } from './lanes.js';
import { checkerOf, outcomeOf } from './schema-tasks.js';

/** @public Limits on checking; every one has a default that suits a server on two cores. */
export interface JsonSchemasOptions {
  /** Workers for checks that are quick; 2. */
  readonly threads?: number;
  /** What one worker may hold; 64 MiB. */
  readonly memoryMiB?: number;
  /** What one compilation or check may take once it has begun; 1,500 ms. */
  readonly deadlineMs?: number;
  /** Checks that wait at most, of all schemas and of one; 5,000 and 500. */
  readonly maxWaiting?: number;
  readonly maxWaitingPerSchema?: number;
  /** How long a check may wait until it begins; 5,000 ms. */
  readonly maxWaitMs?: number;
}

/** @public */
export interface JsonSchemas extends PayloadSchemas {
  /** Ends the workers; what is under way is cut off. */
  close(): Promise<void>;
}

const CHEAP_KEPT = 1_000;
const CHEAP_PAYLOAD = 64 * 1_024;
const SLOW_MS = 200;

/**
 * JSON Schema 2020-12, 2019-09, draft-07, -06 and -04. Checks run in worker threads under limits of time and memory, except
 * those of schemas that are provably cheap, which are done at once; see docs/decisions/0002-schema-checking.md.
 *
 * @public
 */
export function jsonSchemas(options: JsonSchemasOptions = {}): JsonSchemas {
  const { threads = 2, memoryMiB = 64, deadlineMs = 1_500 } = options;
  const { maxWaiting = 5_000, maxWaitingPerSchema = 500, maxWaitMs = 5_000 } = options;
  const lanes = makeLanes({
    ...{ threads, memoryMiB, deadlineMs, slowMs: SLOW_MS },
    ...{ maxWaiting, maxWaitingPerSchema, maxWaitMs },
  });
  const cheap = new LRUCache<string, { readonly checker: ValidateFunction | undefined }>({ max: CHEAP_KEPT });

  function cheapChecker(id: string, schema: string): ValidateFunction | undefined {
    const known = cheap.get(id);
    if (known !== undefined) return known.checker;
    const parsed: unknown = JSON.parse(schema);
    const checker = isCheap(parsed) ? checkerOf(parsed) : undefined;
    cheap.set(id, { checker });
    return checker;
  }

  async function checkInWorker(id: string, schema: string, payload: string): Promise<PayloadCheck> {
    const result = await lanes.check<PayloadCheck>(id, { id, schema, payload });
    return result.kind === 'answered' ? result.answer : { kind: 'limit', detail: result.detail };
  }

  return {
    async compile(schema) {
      const result = await lanes.compile<SchemaCompilation>({ schema });
      if (result.kind === 'answered') return result.answer;
      return { kind: 'refused', problems: [{ pointer: '', detail: `compiling it ${result.detail}` }] };
    },
    check({ id, text: schema }, { text: payload, value }) {
      const checker = payload.length <= CHEAP_PAYLOAD ? cheapChecker(id, schema) : undefined;
      return checker === undefined ? checkInWorker(id, schema, payload) : outcomeOf(checker, value);
    },
    close: () => lanes.close(),
  };
}
