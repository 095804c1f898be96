import type { GatePolicy, Group, GroupId, ReceiverId } from '@xzepr/core';

import { flag, text, texts, time, utc, whole } from './rows.js';
import type { Row } from './sql.js';

/** @internal The columns of a group that every table of groups has; `id` comes from the column named. */
export function groupColumns(id: string): string {
  return `${id} as id, name, type, version, description, policy, rule_version, enabled, members_only,
    coalesce(owner_id, created_by) as owner_id, resource_version, created_by, ${utc('created_at')} as created_at,
    ${utc('updated_at')} as updated_at`;
}

/** @internal How many {@link groupColumns} are. */
export const GROUP_COLUMN_COUNT = 14;

/** @internal A group's receivers in their order, beside the row of the group. */
export const MEMBERS = `(select array_agg(m.receiver_id::text order by m.ordinal) from group_members m
    where m.group_id = event_receiver_groups.id) as receiver_ids`;

/** @internal Whether the group's subjects are being settled, beside the row of the group. */
export const RECONCILING = `exists (select from reconciliations r where r.group_id = event_receiver_groups.id) as reconciling`;

/** @internal The values of a group, in the order in which they are inserted; its receivers apart. */
export function groupValues(group: Group): readonly unknown[] {
  const { id, name, type, version, description, policy, ruleVersion } = group;
  const { enabled, resourceVersion, createdBy, createdAt, updatedAt, membersOnly, ownerId } = group;
  return [
    ...[id, name, type, version, description, policy, ruleVersion],
    ...[enabled, resourceVersion, createdBy, createdAt, updatedAt, membersOnly, ownerId],
  ];
}

/** @internal */
export function groupFrom(row: Row): Group {
  return {
    id: text(row, 'id') as GroupId,
    name: text(row, 'name'),
    type: text(row, 'type'),
    version: text(row, 'version'),
    description: text(row, 'description'),
    receiverIds: texts(row, 'receiver_ids') as readonly ReceiverId[],
    policy: text(row, 'policy') as GatePolicy,
    enabled: flag(row, 'enabled'),
    membersOnly: flag(row, 'members_only'),
    ownerId: text(row, 'owner_id'),
    resourceVersion: whole(row, 'resource_version'),
    ruleVersion: whole(row, 'rule_version'),
    createdBy: text(row, 'created_by'),
    createdAt: time(row, 'created_at'),
    updatedAt: time(row, 'updated_at'),
  };
}
