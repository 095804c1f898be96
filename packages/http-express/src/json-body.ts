import { readJson } from '@xzepr/core';
import type { JsonReadOptions, Problem } from '@xzepr/core';

import { HttpError } from './http-error.js';

/** @internal A JSON text that could be read, and what in it is not acceptable. */
export interface ReadBody {
  readonly value: unknown;
  readonly faults: readonly Problem[];
}

/**
 * Reads a JSON text.
 *
 * @throws HttpError it is not JSON
 * @internal
 */
export function readBody(text: string, options: JsonReadOptions): ReadBody {
  const reading = readJson(text, options);
  if (reading.kind === 'unreadable') throw new HttpError('NOT_JSON', reading.fault.detail);
  return { value: reading.value, faults: reading.faults.map(({ pointer, detail }) => ({ pointer, detail })) };
}
