import type { Role, User, UserId } from '@xzepr/core';

import { flag, optionalText, text, texts, time, utc, whole } from './rows.js';
import type { Row } from './sql.js';

/** @internal The columns of a user, as the domain reads them; `table` with its dot. */
export function userColumns(table = ''): string {
  return `${table}id as id, username, display_name, email, roles, roles_set_here, enabled, resource_version, created_by,
    ${utc(`${table}created_at`)} as created_at, ${utc('updated_at')} as updated_at`;
}

/** @internal */
export function userFrom(row: Row): User {
  return {
    id: text(row, 'id') as UserId,
    username: text(row, 'username'),
    displayName: text(row, 'display_name'),
    email: optionalText(row, 'email'),
    roles: texts(row, 'roles') as readonly Role[],
    rolesSetHere: flag(row, 'roles_set_here'),
    enabled: flag(row, 'enabled'),
    resourceVersion: whole(row, 'resource_version'),
    createdBy: text(row, 'created_by'),
    createdAt: time(row, 'created_at'),
    updatedAt: time(row, 'updated_at'),
  };
}
