import type { EventId, GroupId, Transition, TransitionCause, TransitionId, TransitionState } from '@xzepr/core';

import { optionalText, text, time, utc, whole } from './rows.js';
import { SUBJECT_COLUMNS, subjectFrom } from './event-rows.js';
import type { Row } from './sql.js';

/** @internal Transitions, as the domain reads them. */
export const TRANSITIONS: string = `select t.id, t.group_id, t.${SUBJECT_COLUMNS.replaceAll(', ', ', t.')}, t.state,
    t.generation, t.cause_event_id, t.cause_resource_version, t.position::text as position, ${utc('t.at')} as at
  from transitions t`;

/** @internal */
export function transitionFrom(row: Row): Transition {
  return {
    id: text(row, 'id') as TransitionId,
    groupId: text(row, 'group_id') as GroupId,
    subject: subjectFrom(row),
    state: text(row, 'state') as TransitionState,
    generation: whole(row, 'generation'),
    cause: causeFrom(row),
    position: whole(row, 'position'),
    at: time(row, 'at'),
  };
}

function causeFrom(row: Row): TransitionCause {
  const eventId = optionalText(row, 'cause_event_id');
  if (eventId !== undefined) return { kind: 'event', eventId: eventId as EventId };
  return { kind: 'group_changed', resourceVersion: whole(row, 'cause_resource_version') };
}
