import type { ReconciliationStore } from '@xzepr/core';

import type { SqlConnection } from './sql.js';

/** @internal */
export function postgresReconciliationStore(connection: SqlConnection): ReconciliationStore {
  return {
    async start(groupId, ruleVersion) {
      await connection.query(START, [groupId, ruleVersion]);
    },
    async cancel(groupId) {
      await connection.query(CANCEL, [groupId]);
    },
    async advance({ groupId, ruleVersion, cursor }, next) {
      const from = [groupId, ruleVersion, cursor ?? null];
      const moved = await (next === undefined
        ? connection.query(END, from)
        : connection.query(ADVANCE, [...from, next]));
      return moved.length > 0;
    },
  };
}

const START = {
  name: 'reconciliation_start',
  text: `insert into reconciliations (group_id, rule_version) values ($1, $2::integer)
    on conflict (group_id) do update set rule_version = excluded.rule_version, cursor = null`,
};

const CANCEL = { name: 'reconciliation_cancel', text: 'delete from reconciliations where group_id = $1' };

const WHERE_IT_WAS = `group_id = $1 and rule_version = $2::integer and cursor is not distinct from decode($3::text, 'hex')`;

const ADVANCE = {
  name: 'reconciliation_advance',
  text: `update reconciliations set cursor = decode($4::text, 'hex') where ${WHERE_IT_WAS} returning group_id`,
};

const END = {
  name: 'reconciliation_end',
  text: `delete from reconciliations where ${WHERE_IT_WAS} returning group_id`,
};
