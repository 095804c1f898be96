import type { Problem } from '../domain/problem.js';

/**
 * JSON Schema as receivers use it. Schemas and payloads are hostile until proven otherwise: neither may stall or end the process.
 *
 * @public
 */
export interface PayloadSchemas {
  /**
   * Whether `schemaText` can be used, by its `$schema`: 2020-12 (when there is none), 2019-09, draft-07, -06 or -04.
   * `$ref` reaches only into the schema itself. `pointer` of a problem points into the schema.
   *
   * @throws CheckerBusyError too much waits already
   */
  compile(schemaText: string): Promise<SchemaCompilation>;
  /**
   * Whether the payload fits. `schema.id` names one text for good and may be cached by. `payload.value` is what
   * `payload.text` says. Answers at once, not by a promise, where it can. `pointer` of a problem points into the payload.
   *
   * @throws CheckerBusyError too much waits already, for this schema or for all
   */
  check(schema: IdentifiedSchema, payload: CheckedPayload): PayloadCheck | Promise<PayloadCheck>;
}

/** @public A schema text that was accepted before, under an id that no other text ever has. */
export interface IdentifiedSchema {
  readonly id: string;
  readonly text: string;
}

/** @public A payload as text and as value. */
export interface CheckedPayload {
  readonly text: string;
  readonly value: unknown;
}

/** @public What became of compiling a schema. */
export type SchemaCompilation =
  { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** @public What became of checking a payload. `limit`: the check went over the limits of time or memory; `detail` says which. */
export type PayloadCheck =
  | { readonly kind: 'valid' }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  | { readonly kind: 'limit'; readonly detail: string };
