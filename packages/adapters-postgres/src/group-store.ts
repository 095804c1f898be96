import type { Group, GroupId, GroupStore } from '@xzepr/core';

import { MEMBERS, groupColumns, groupFrom, groupValues } from './group-rows.js';
import { optionalText } from './rows.js';
import { nameHash } from './sha256.js';
import type { SqlConnection } from './sql.js';

/** @internal */
export function postgresGroupStore(connection: SqlConnection): GroupStore {
  async function keepRevision(group: Group, by: string, deleted: boolean, kind: string): Promise<void> {
    await connection.query(KEEP_REVISION, [...groupValues(group), by, deleted, [...group.receiverIds], kind]);
  }

  async function putMembers({ id, receiverIds }: Group): Promise<void> {
    await connection.query(PUT_MEMBERS, [id, [...receiverIds]]);
  }

  return {
    async find(id) {
      const [row] = await connection.query(FIND, [id]);
      return row && groupFrom(row);
    },
    async add(group) {
      const [held] = await connection.query(ADD, [...groupValues(group), nameHash(group)]);
      const taken = held && optionalText(held, 'id');
      if (taken !== undefined) return { kind: 'taken', by: taken as GroupId };
      await putMembers(group);
      await keepRevision(group, group.createdBy, false, 'group.created');
      return { kind: 'added' };
    },
    async replace(group, changedBy) {
      const { id, description, policy, ruleVersion, enabled, resourceVersion, updatedAt, membersOnly } = group;
      const values = [id, description, policy, ruleVersion, enabled, resourceVersion, updatedAt, membersOnly];
      await connection.query(REPLACE, values);
      await connection.query(CLEAR_MEMBERS, [id]);
      await putMembers(group);
      await keepRevision(group, changedBy, false, 'group.updated');
    },
    async remove(group, removedBy) {
      await connection.query(REMOVE, [group.id]);
      await keepRevision(group, removedBy, true, 'group.deleted');
    },
  };
}

const FIND = {
  name: 'group_find',
  text: `select ${groupColumns('id')}, ${MEMBERS} from event_receiver_groups where id = $1`,
};

const COLUMNS = `name, type, version, description, policy, rule_version, enabled, resource_version, created_by, created_at,
  updated_at, members_only, owner_id`;
const VALUES =
  '$1, $2, $3, $4, $5, $6, $7::integer, $8::boolean, $9::integer, $10, $11::timestamptz, $12::timestamptz, $13::boolean, $14';

/** As for receivers: answers with the one that has the name already. */
const ADD = {
  name: 'group_add',
  text: `insert into event_receiver_groups as held (id, ${COLUMNS}, name_hash) values (${VALUES}, decode($15, 'hex'))
    on conflict (name_hash) do update set name = held.name
    returning case when held.id <> $1 then held.id end as id`,
};

const REPLACE = {
  name: 'group_replace',
  text: `update event_receiver_groups set description = $2, policy = $3, rule_version = $4::integer, enabled = $5::boolean,
    resource_version = $6::integer, updated_at = $7::timestamptz, members_only = $8::boolean where id = $1`,
};

const CLEAR_MEMBERS = { name: 'group_clear_members', text: 'delete from group_members where group_id = $1' };

const PUT_MEMBERS = {
  name: 'group_put_members',
  text: `insert into group_members (group_id, ordinal, receiver_id)
    select $1, ordinal, receiver_id from unnest($2::text[]) with ordinality as m(receiver_id, ordinal)`,
};

const REMOVE = {
  name: 'group_remove',
  text: `with unsettled as (delete from reconciliations where group_id = $1) delete from event_receiver_groups where id = $1`,
};

const KEEP_REVISION = {
  name: 'group_keep_revision',
  text: `with kept as (
      insert into group_revisions (group_id, ${COLUMNS}, changed_by, deleted, receiver_ids)
      values (${VALUES}, $15, $16::boolean, $17::text[])
    )
    insert into feed (position, kind, reference, reference_version) values (nextval('feed_position'), $18, $1, $9::integer)`,
};
