import type { JsonText, Receiver, ReceiverId } from '@xzepr/core';

import { flag, text, time, utc, whole } from './rows.js';
import type { Row } from './sql.js';

/** @internal The columns of a receiver, as the domain reads them; `id` comes from the column named. */
export function receiverColumns(id: string): string {
  return `${id} as id, name, type, version, description, schema::text as schema, fingerprint, enabled, resource_version,
    created_by, ${utc('created_at')} as created_at, ${utc('updated_at')} as updated_at`;
}

/** @internal The values of a receiver, in the order in which they are inserted. */
export function receiverValues(receiver: Receiver): readonly unknown[] {
  const { id, name, type, version, description, schema, fingerprint } = receiver;
  const { enabled, resourceVersion, createdBy, createdAt, updatedAt } = receiver;
  return [
    ...[id, name, type, version, description, schema, fingerprint],
    ...[enabled, resourceVersion, createdBy, createdAt, updatedAt],
  ];
}

/** @internal */
export function receiverFrom(row: Row): Receiver {
  return {
    id: text(row, 'id') as ReceiverId,
    name: text(row, 'name'),
    type: text(row, 'type'),
    version: text(row, 'version'),
    description: text(row, 'description'),
    schema: text(row, 'schema') as JsonText,
    fingerprint: text(row, 'fingerprint'),
    enabled: flag(row, 'enabled'),
    resourceVersion: whole(row, 'resource_version'),
    createdBy: text(row, 'created_by'),
    createdAt: time(row, 'created_at'),
    updatedAt: time(row, 'updated_at'),
  };
}
