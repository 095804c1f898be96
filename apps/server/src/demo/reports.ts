import { found } from './answers.js';
import type { ByName } from './answers.js';
import { subject } from './gates.js';
import type { Payload, WebhookKind } from './github.js';
import { outcomeOf } from './outcome.js';

/** @internal One real payload, and the release that it is told of. */
export interface Report {
  readonly kind: string;
  readonly payload: Payload;
  readonly release: string;
}

/** @internal Every payload, dealt to the releases in turn, the first of each kind first. */
export function dealt(kinds: readonly WebhookKind[], releases: readonly string[]): readonly Report[] {
  return kinds
    .flatMap(({ name: kind, payloads }, place) => payloads.map((payload, turn) => ({ kind, payload, turn, place })))
    .toSorted((a, b) => a.turn - b.turn)
    .map(({ kind, payload, turn, place }) => ({
      kind,
      payload,
      release: releases[(turn + place) % releases.length] ?? '',
    }));
}

/** @internal The body that posts a report. */
export function eventOf({ kind, payload, release }: Report, receivers: ByName) {
  const event_receiver_id = found(receivers, kind).id;
  return { ...subject(release), ...outcomeOf(kind, payload), payload, event_receiver_id };
}
