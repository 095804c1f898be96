import type { EventId, EventTransition, GroupId, JsonText, ProvenanceEvent, ReceiverId, Subject } from '@xzepr/core';

import { flag, text, time, utc, whole } from './rows.js';
import type { Row } from './sql.js';

/** @internal The columns of a subject. */
export const SUBJECT_COLUMNS: string = 'name, version, release, platform_id, package';

/** @internal The columns of an event, with the edges that it caused as lines of `group state generation`. */
export const EVENT_COLUMNS: string = `id, position::text as position, ${SUBJECT_COLUMNS}, description, payload::text as payload, success,
  receiver_id, receiver_version, created_by, ${utc('created_at')} as created_at,
  (select string_agg(t.group_id || ' ' || t.state || ' ' || t.generation, E'\\n' order by t.position) from transitions t
   where t.cause_event_id = events.id) as transitions`;

/** @internal */
export function subjectFrom(row: Row): Subject {
  return {
    name: text(row, 'name'),
    version: text(row, 'version'),
    release: text(row, 'release'),
    platformId: text(row, 'platform_id'),
    package: text(row, 'package'),
  };
}

/** @internal */
export function eventFrom(row: Row): ProvenanceEvent {
  return {
    id: text(row, 'id') as EventId,
    position: whole(row, 'position'),
    subject: subjectFrom(row),
    description: text(row, 'description'),
    payload: text(row, 'payload') as JsonText,
    success: flag(row, 'success'),
    receiverId: text(row, 'receiver_id') as ReceiverId,
    receiverVersion: whole(row, 'receiver_version'),
    createdBy: text(row, 'created_by'),
    createdAt: time(row, 'created_at'),
    transitions: row['transitions'] === null ? [] : text(row, 'transitions').split('\n').map(edgeFrom),
  };
}

function edgeFrom(line: string): EventTransition {
  const [groupId = '', state, generation] = line.split(' ');
  if (state !== 'completed' && state !== 'reopened') throw new Error(`no gate was ever ${String(state)}`);
  return { groupId: groupId as GroupId, state, generation: Number(generation) };
}
