import { canonicalJson } from './canonical-json.js';
import type { ReceiverId } from './ids.js';
import type { JsonText } from './json-text.js';
import type { Problem } from './problem.js';
import { DESCRIPTION_RULE, NAME_RULE, textProblems } from './text-rules.js';
import type { Timestamp } from './timestamp.js';

/**
 * A typed inbox for events: what is posted to it must fit its JSON Schema.
 *
 * @public
 */
export interface Receiver {
  readonly id: ReceiverId;
  readonly name: string;
  readonly type: string;
  readonly version: string;
  readonly description: string;
  /** The JSON Schema as it was sent. */
  readonly schema: JsonText;
  /** `sha256:` and 64 lower-case hexadecimal digits, see {@link fingerprintText}. */
  readonly fingerprint: string;
  /** A disabled receiver takes no events. */
  readonly enabled: boolean;
  /** 1 when created, one more for each change. */
  readonly resourceVersion: number;
  readonly createdBy: string;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
}

/**
 * A receiver as it was at one of its versions, and who made it so.
 *
 * @public
 */
export interface ReceiverRevision extends Receiver {
  readonly changedBy: string;
}

/**
 * What names a receiver or a group; no two of a kind have the same.
 *
 * @public
 */
export interface RegistryName {
  readonly name: string;
  readonly type: string;
  readonly version: string;
}

/**
 * The text whose SHA-256 is a receiver's fingerprint: the RFC 8785 form of the array of name, type, version and schema.
 *
 * @throws TypeError the schema has a number that no double can hold
 * @public
 */
export function fingerprintText({ name, type, version }: RegistryName, schema: unknown): string {
  return canonicalJson([name, type, version, schema]);
}

/**
 * What is wrong with the texts of a receiver or a group from outside.
 *
 * @internal
 */
export function namingProblems(input: RegistryName & { readonly description: string }): readonly Problem[] {
  return textProblems({
    name: [input.name, NAME_RULE],
    type: [input.type, NAME_RULE],
    version: [input.version, NAME_RULE],
    description: [input.description, DESCRIPTION_RULE],
  });
}
