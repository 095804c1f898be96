import type { GroupId, Receiver, ReceiverGuard, ReceiverId, ReceiverStore } from '@xzepr/core';

import { receiverColumns, receiverFrom, receiverValues } from './receiver-rows.js';
import { flag, optionalText, text, whole } from './rows.js';
import { nameHash } from './sha256.js';
import type { SqlConnection } from './sql.js';

/** @internal */
export function postgresReceiverStore(connection: SqlConnection): ReceiverStore {
  async function keepRevision(receiver: Receiver, by: string, deleted: boolean, kind: string): Promise<void> {
    await connection.query(KEEP_REVISION, [...receiverValues(receiver), by, deleted, kind]);
  }

  return {
    async stamps(ids) {
      const rows = await connection.query(STAMPS, [[...ids]]);
      return rows.map((row) => ({
        id: text(row, 'id') as ReceiverId,
        enabled: flag(row, 'enabled'),
        resourceVersion: whole(row, 'resource_version'),
        guards: row['guards'] === null ? [] : guardsFrom(text(row, 'guards')),
      }));
    },
    async find(id) {
      const [row] = await connection.query(FIND, [id]);
      return row && receiverFrom(row);
    },
    async add(receiver) {
      const [held] = await connection.query(ADD, [...receiverValues(receiver), nameHash(receiver)]);
      const taken = held && optionalText(held, 'id');
      if (taken !== undefined) return { kind: 'taken', by: taken as ReceiverId };
      await keepRevision(receiver, receiver.createdBy, false, 'receiver.created');
      return { kind: 'added' };
    },
    async replace(receiver, changedBy) {
      const { id, description, schema, fingerprint, enabled, resourceVersion, updatedAt } = receiver;
      await connection.query(REPLACE, [id, description, schema, fingerprint, enabled, resourceVersion, updatedAt]);
      await keepRevision(receiver, changedBy, false, 'receiver.updated');
    },
    async remove(receiver, removedBy) {
      const [removed] = await connection.query(REMOVE, [receiver.id]);
      if (removed === undefined) return 'in-use';
      await keepRevision(receiver, removedBy, true, 'receiver.deleted');
      return 'removed';
    },
  };
}

function guardsFrom(json: string): readonly ReceiverGuard[] {
  const guards = JSON.parse(json) as readonly { readonly group_id: GroupId; readonly owner_id: string }[];
  return guards.map(({ group_id: groupId, owner_id: ownerId }) => ({ groupId, ownerId }));
}

/**
 * Goes from each receiver to its groups, never from the groups for members only, however many these are: the limit keeps the
 * planner from turning it round. Mostly no group is for members only, and then the index that is asked has nothing in it.
 */
const STAMPS = {
  name: 'receiver_stamps',
  text: `select id, enabled, resource_version, (
      select json_agg(json_build_object('group_id', g.id, 'owner_id', g.owner_id))::text
      from group_members m cross join lateral (
        select id, coalesce(owner_id, created_by) as owner_id from event_receiver_groups
        where id = m.group_id and members_only limit 1) g
      where m.receiver_id = event_receivers.id) as guards
    from event_receivers where id = any($1::text[])`,
};

const FIND = { name: 'receiver_find', text: `select ${receiverColumns('id')} from event_receivers where id = $1` };

const COLUMNS = `name, type, version, description, schema, fingerprint, enabled, resource_version, created_by, created_at, updated_at`;
const VALUES = '$1, $2, $3, $4, $5, $6::json, $7, $8::boolean, $9::integer, $10, $11::timestamptz, $12::timestamptz';

/**
 * Answers with the one that has the name already. That one may have come from a transaction that this statement's snapshot does
 * not show: then the conflict is in the insert alone, and the empty update of it gives its id.
 */
const ADD = {
  name: 'receiver_add',
  text: `insert into event_receivers as held (id, ${COLUMNS}, name_hash) values (${VALUES}, decode($13, 'hex'))
    on conflict (name_hash) do update set name = held.name
    returning case when held.id <> $1 then held.id end as id`,
};

const REPLACE = {
  name: 'receiver_replace',
  text: `update event_receivers set description = $2, schema = $3::json, fingerprint = $4, enabled = $5::boolean,
    resource_version = $6::integer, updated_at = $7::timestamptz where id = $1`,
};

const REMOVE = {
  name: 'receiver_remove',
  text: `delete from event_receivers where id = $1
    and not exists (select from events where receiver_id = $1)
    and not exists (select from group_members where receiver_id = $1)
    returning id`,
};

const KEEP_REVISION = {
  name: 'receiver_keep_revision',
  text: `with kept as (
      insert into event_receiver_revisions (receiver_id, ${COLUMNS}, changed_by, deleted) values (${VALUES}, $13, $14::boolean)
    )
    insert into feed (position, kind, reference, reference_version) values (nextval('feed_position'), $15, $1, $9::integer)`,
};
