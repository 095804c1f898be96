import type { EventStore } from '@xzepr/core';

import { appendStatement, appendValues } from './append.js';
import { GATES_OF, GATES_TOUCHED, contextsFrom } from './gate-contexts.js';
import { optionalText } from './rows.js';
import { textArray } from './sql.js';
import type { SqlConnection } from './sql.js';

/** @internal */
export function postgresEventStore(connection: SqlConnection): EventStore {
  return {
    async gatesTouchedBy(posts) {
      const receivers = posts.map(({ receiverId }) => receiverId);
      const hashes = posts.map(({ subjectHash }) => subjectHash);
      return contextsFrom(await connection.query(GATES_TOUCHED, [textArray(receivers), textArray(hashes)]));
    },
    async gatesOf(groupId, subjects) {
      return contextsFrom(await connection.query(GATES_OF, [groupId, [...subjects]]));
    },
    async append(facts, states) {
      const [row = {}] = await connection.query(appendStatement, appendValues(facts, states));
      return (optionalText(row, 'positions') ?? '').split(' ').slice(0, facts.length).map(positionFrom);
    },
  };
}

function positionFrom(text: string): number {
  const position = Number(text);
  if (!Number.isSafeInteger(position)) throw new Error('the database did not say where a fact stands');
  return position;
}
