import { isRegistryError } from '@xzepr/core';
import type { BatchResult, EventInput, InvalidInputError } from '@xzepr/core';

import { problemAnswer } from './problem-details.js';
import { eventJson } from './writing.js';

/** @internal What was sent as an event: it, or why it is none. */
export type Sent = EventInput | Error;

/** @internal Those that are events. */
export function inputsOf(sent: readonly Sent[]): readonly EventInput[] {
  return sent.filter((item): item is EventInput => !(item instanceof Error));
}

/** @internal One result for each that was sent, in the order sent. */
export function resultsJson(
  sent: readonly Sent[],
  results: readonly BatchResult[],
  requestId: string,
): readonly string[] {
  const rest = results.values();
  return sent.map((item) =>
    item instanceof Error ? refusedJson(item, requestId) : resultJson(rest.next().value, requestId),
  );
}

/** @internal */
export function refusedJson(error: unknown, requestId: string): string {
  const { status, body } = problemAnswer(error, requestId);
  return `{"status":${String(status)},"problem":${body}}`;
}

/** @internal The problems of an atomic batch, each below the event that it is of. */
export function problemsBelow(sent: readonly Sent[]): readonly { readonly pointer: string; readonly detail: string }[] {
  return sent.flatMap((item, index) =>
    item instanceof Error && isRegistryError(item) ? below(index, item as InvalidInputError) : [],
  );
}

function below(
  index: number,
  { problems }: InvalidInputError,
): readonly { readonly pointer: string; readonly detail: string }[] {
  return problems.map(({ pointer, detail }) => ({ pointer: `/events/${String(index)}${pointer}`, detail }));
}

function resultJson(result: BatchResult | undefined, requestId: string): string {
  if (result === undefined) throw new Error('fewer results than events');
  if (result.kind === 'refused') return refusedJson(result.error, requestId);
  return `{"status":201,"event":${eventJson(result.event)}}`;
}
