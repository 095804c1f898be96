import { isVerbatimJson } from './json-text.js';
import type { VerbatimJson } from './json-text.js';
import { parseId } from './ids.js';
import type { Problem } from './problem.js';
import { subjectProblems } from './subject.js';
import type { Subject } from './subject.js';
import { REMARK_RULE, textProblems } from './text-rules.js';

/**
 * What a tool reports. `payload` comes from `readJson` or `parseJsonText`, so that its very text is kept; `receiverId` is the
 * ULID of the receiver it is posted to.
 *
 * @public
 */
export interface EventInput {
  readonly subject: Subject;
  /** At most 1,000 characters; may be empty. */
  readonly description: string;
  readonly payload: VerbatimJson;
  readonly success: boolean;
  readonly receiverId: string;
}

/**
 * What is wrong with an event from outside, before anyone has looked at the receiver or its schema.
 *
 * @internal
 */
export function eventProblems(input: EventInput): readonly Problem[] {
  const { subject, description, payload, success, receiverId } = input;
  const problems = [...subjectProblems(subject), ...textProblems({ description: [description, REMARK_RULE] })];
  if (!isVerbatimJson(payload)) problems.push({ pointer: '/payload', detail: 'must be given as JSON text' });
  if (typeof success !== 'boolean') problems.push({ pointer: '/success', detail: 'must be true or false' });
  if (parseId(receiverId) === undefined) problems.push({ pointer: '/event_receiver_id', detail: 'must be a ULID' });
  return problems;
}
