/**
 * How much one request may be. Sizes are in bytes of the body as it is sent, times in milliseconds.
 *
 * @public
 */
export interface HttpLimits {
  /** One event, one line of a stream, and every other body; 1 MiB. */
  readonly eventBytes: number;
  /** A batch as one JSON text; 10 MiB. */
  readonly batchBytes: number;
  /** The body of a receiver, whose schema is nearly all of it, and the schema itself; 64 KiB. */
  readonly schemaBytes: number;
  /** How many arrays and objects may lie in each other in one event; 64. */
  readonly depth: number;
  /** How long the head of a request may take to arrive; 10 s. */
  readonly headersTimeoutMs: number;
  /** How long a body may take to arrive; 30 s. For a stream: how long it may be silent. */
  readonly bodyTimeoutMs: number;
  /** How long a connection may do nothing between two requests; 65 s. */
  readonly idleTimeoutMs: number;
  /** The query, in characters; 8,192. */
  readonly queryCharacters: number;
}

/** @public */
export const DEFAULT_LIMITS: HttpLimits = {
  eventBytes: 1_048_576,
  batchBytes: 10_485_760,
  schemaBytes: 65_536,
  depth: 64,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 30_000,
  idleTimeoutMs: 65_000,
  queryCharacters: 8_192,
};
