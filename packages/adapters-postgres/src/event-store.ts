import type { EventStore } from '@xzepr/core';

import { appendStatement, appendValues } from './append.js';
import { GATES_OF, GATES_TOUCHED, contextsFrom } from './gate-contexts.js';
import { whole } from './rows.js';
import type { SqlConnection } from './sql.js';

/** @internal */
export function postgresEventStore(connection: SqlConnection): EventStore {
  return {
    async gatesTouchedBy(posts) {
      const receivers = posts.map(({ receiverId }) => receiverId);
      const hashes = posts.map(({ subjectHash }) => subjectHash);
      return contextsFrom(await connection.query(GATES_TOUCHED, [receivers, hashes]));
    },
    async gatesOf(groupId, subjects) {
      return contextsFrom(await connection.query(GATES_OF, [groupId, [...subjects]]));
    },
    async append(facts, states) {
      const rows = await connection.query(appendStatement, appendValues(facts, states));
      return rows.map((row) => whole(row, 'position'));
    },
  };
}
