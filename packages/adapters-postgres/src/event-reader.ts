import type { EventReader, ProvenanceEvent, TimelineEntry, Transition } from '@xzepr/core';

import { EVENT_COLUMNS, SUBJECT_COLUMNS, eventFrom } from './event-rows.js';
import { eventSearch } from './search.js';
import type { SqlConnection } from './sql.js';
import { TRANSITIONS, transitionFrom } from './transition-rows.js';

/** @internal */
export function postgresEventReader(connection: SqlConnection): EventReader {
  return {
    async byIds(ids) {
      return (await connection.query(BY_IDS, [[...ids]])).map(eventFrom);
    },
    async search(filter, order, span) {
      return (await connection.run(eventSearch(filter, order, span))).map(eventFrom);
    },
    async timeline(subjectHash, { after, limit }) {
      const rows = await connection.query(TIMELINE, [subjectHash, String(after ?? 0), limit]);
      return rows.map((row) =>
        row['kind'] === 'event' ? eventEntry(eventFrom(row)) : transitionEntry(transitionFrom(row)),
      );
    },
  };
}

function eventEntry(event: ProvenanceEvent): TimelineEntry {
  return { kind: 'event', position: event.position, event };
}

function transitionEntry(transition: Transition): TimelineEntry {
  return { kind: 'transition', position: transition.position, transition };
}

const BY_IDS = { name: 'events_by_ids', text: `select ${EVENT_COLUMNS} from events where id = any($1::text[])` };

const WITHIN = `subject_hash = decode($1, 'hex') and position > $2::bigint order by position limit $3::integer`;

/** One statement, so that both kinds are of one moment. The places of the entries come first, then what they are. */
const TIMELINE = {
  name: 'timeline',
  text: `
    with place as (
      (select position, null::text as transition_id from events where ${WITHIN})
      union all
      (select position, id from transitions where ${WITHIN})
      order by position limit $3::integer
    )
    select case when place.transition_id is null then 'event' else 'transition' end as kind, place.position::text as position,
      coalesce(e.id, t.id) as id, e.description, e.payload, e.success, e.receiver_id, e.receiver_version, e.created_by,
      e.created_at, e.transitions, t.group_id, t.state, t.generation, t.cause_event_id, t.cause_resource_version, t.at,
      ${SUBJECT_COLUMNS.split(', ')
        .map((column) => `coalesce(e.${column}, t.${column}) as ${column}`)
        .join(', ')}
    from place
    left join lateral (select ${EVENT_COLUMNS} from events where events.position = place.position) e
      on place.transition_id is null
    left join lateral (${TRANSITIONS} where t.id = place.transition_id) t on place.transition_id is not null
    order by place.position`,
};
