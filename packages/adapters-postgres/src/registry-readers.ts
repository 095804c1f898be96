import type { GroupReader, GroupRevision, GroupView, ReceiverReader, ReceiverRevision } from '@xzepr/core';

import { MEMBERS, RECONCILING, groupColumns, groupFrom } from './group-rows.js';
import { receiverColumns, receiverFrom } from './receiver-rows.js';
import { flag, text } from './rows.js';
import { groupSearch, receiverSearch } from './search.js';
import type { Row, SqlConnection } from './sql.js';

/** @internal */
export function postgresReceiverReader(connection: SqlConnection): ReceiverReader {
  return {
    async byIds(ids) {
      return (await connection.query(RECEIVERS_BY_IDS, [[...ids]])).map(receiverFrom);
    },
    async list(filter, span) {
      return (await connection.run(receiverSearch(filter, span))).map(receiverFrom);
    },
    async revisions(id, { after, limit }) {
      const rows = await connection.query(RECEIVER_REVISIONS, [id, after ?? 0, limit]);
      return rows.map((row): ReceiverRevision => ({ ...receiverFrom(row), changedBy: text(row, 'changed_by') }));
    },
  };
}

/** @internal */
export function postgresGroupReader(connection: SqlConnection): GroupReader {
  return {
    async find(id) {
      const [row] = await connection.query(GROUP_BY_ID, [id]);
      return row && groupViewFrom(row);
    },
    async list(filter, span) {
      return (await connection.run(groupSearch(filter, span))).map(groupViewFrom);
    },
    async revisions(id, { after, limit }) {
      const rows = await connection.query(GROUP_REVISIONS, [id, after ?? 0, limit]);
      return rows.map((row): GroupRevision => ({ ...groupFrom(row), changedBy: text(row, 'changed_by') }));
    },
  };
}

/** @internal */
export function groupViewFrom(row: Row): GroupView {
  return { ...groupFrom(row), reconciling: flag(row, 'reconciling') };
}

const RECEIVERS_BY_IDS = {
  name: 'receivers_by_ids',
  text: `select ${receiverColumns('id')} from event_receivers where id = any($1::text[])`,
};

const RECEIVER_REVISIONS = {
  name: 'receiver_revisions',
  text: `select ${receiverColumns('receiver_id')}, changed_by from event_receiver_revisions
    where receiver_id = $1 and resource_version > $2::integer and not deleted
      and exists (select from event_receivers where event_receivers.id = $1)
    order by resource_version limit $3::integer`,
};

const GROUP_BY_ID = {
  name: 'group_by_id',
  text: `select ${groupColumns('id')}, ${MEMBERS}, ${RECONCILING} from event_receiver_groups where id = $1`,
};

const GROUP_REVISIONS = {
  name: 'group_revisions',
  text: `select ${groupColumns('group_id')}, receiver_ids, changed_by from group_revisions
    where group_id = $1 and resource_version > $2::integer and not deleted
      and exists (select from event_receiver_groups where event_receiver_groups.id = $1)
    order by resource_version limit $3::integer`,
};
