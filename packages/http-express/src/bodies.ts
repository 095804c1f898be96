import { DESCRIPTION_RULE, NAME_RULE, PERMISSIONS, REMARK_RULE, ROLES, membershipProblems } from '@xzepr/core';
import type { VerbatimJson } from '@xzepr/core';

import {
  Field,
  ULID_SCHEMA,
  anyJson,
  boolean,
  jsonSchema,
  oneOf,
  optional,
  orNull,
  secretText,
  strings,
  text,
  timestamp,
  ulid,
  whole,
} from './fields.js';

const RECEIVERS = { items: ULID_SCHEMA, minItems: 1, maxItems: 100, uniqueItems: true };
const ROLE_LIST = { items: { enum: ROLES }, minItems: 1, uniqueItems: true };

/** @internal `POST /events`, and each event of a batch. */
export class EventBody {
  @Field(text(NAME_RULE)) name!: string;
  @Field(text(NAME_RULE)) version!: string;
  @Field(text(NAME_RULE)) release!: string;
  @Field(text(NAME_RULE)) platform_id!: string;
  @Field(text(NAME_RULE)) package!: string;
  @Field(optional(text(REMARK_RULE))) description?: string;
  @Field(anyJson) payload!: VerbatimJson;
  @Field(boolean) success!: boolean;
  @Field(ulid) event_receiver_id!: string;
}

/** @internal `POST /events/batch`; its events are looked at one by one. */
export class BatchBody {
  @Field({
    fault: (value) =>
      Array.isArray(value) && value.length >= 1 && value.length <= 1_000 ? undefined : 'must be 1 to 1,000 events',
    schema: { type: 'array', minItems: 1, maxItems: 1_000, items: { $ref: '#/components/schemas/EventBody' } },
  })
  events!: readonly unknown[];
  @Field(optional(boolean)) atomic?: boolean;
}

/** @internal `POST /receivers`. */
export class ReceiverBody {
  @Field(text(NAME_RULE)) name!: string;
  @Field(text(NAME_RULE)) type!: string;
  @Field(text(NAME_RULE)) version!: string;
  @Field(text(DESCRIPTION_RULE)) description!: string;
  @Field(jsonSchema) schema!: VerbatimJson;
}

/** @internal `PATCH /receivers/{id}`. */
export class ReceiverChangeBody {
  @Field(optional(text(DESCRIPTION_RULE))) description?: string;
  @Field(optional(jsonSchema)) schema?: VerbatimJson;
  @Field(optional(boolean)) enabled?: boolean;
}

/** @internal `POST /groups`. */
export class GroupBody {
  @Field(text(NAME_RULE)) name!: string;
  @Field(text(NAME_RULE)) type!: string;
  @Field(text(NAME_RULE)) version!: string;
  @Field(text(DESCRIPTION_RULE)) description!: string;
  @Field(strings(RECEIVERS, membershipProblems)) event_receiver_ids!: readonly string[];
  @Field(optional(oneOf('latest', 'any'))) policy?: 'latest' | 'any';
  @Field(optional(boolean)) enabled?: boolean;
  @Field(optional(boolean)) members_only?: boolean;
}

/** @internal `PATCH /groups/{id}`. */
export class GroupChangeBody {
  @Field(optional(text(DESCRIPTION_RULE))) description?: string;
  @Field(optional(strings(RECEIVERS, membershipProblems))) event_receiver_ids?: readonly string[];
  @Field(optional(oneOf('latest', 'any'))) policy?: 'latest' | 'any';
  @Field(optional(boolean)) enabled?: boolean;
  @Field(optional(boolean)) members_only?: boolean;
}

/** @internal `POST /api-keys`. */
export class ApiKeyBody {
  @Field(text(NAME_RULE)) name!: string;
  @Field(strings(ROLE_LIST)) roles!: readonly string[];
  @Field(optional(strings({ items: { enum: PERMISSIONS }, minItems: 1, uniqueItems: true })))
  permissions?: readonly string[];
  @Field(optional(strings(RECEIVERS))) event_receiver_ids?: readonly string[];
  @Field(optional(timestamp)) expires_at?: string;
  @Field(optional(ulid)) owner_id?: string;
}

/** @internal `POST /api-keys/{id}/rotate`. */
export class RotationBody {
  @Field(optional(whole(0, 2_592_000))) overlap_seconds?: number;
}

/** @internal `POST /auth/login`. Any text is taken: what is wrong with it is not said. */
export class LoginBody {
  @Field(secretText) username!: string;
  @Field(secretText) password!: string;
}

/** @internal `POST /auth/refresh`. */
export class RefreshBody {
  @Field(secretText) refresh_token!: string;
}

/** @internal `POST /auth/password`. */
export class PasswordBody {
  @Field(secretText) current_password!: string;
  @Field(secretText) new_password!: string;
}

/** @internal `POST /users`. */
export class UserBody {
  @Field(secretText) username!: string;
  @Field(optional(text(REMARK_RULE))) display_name?: string;
  @Field(optional(text(NAME_RULE))) email?: string;
  @Field(strings(ROLE_LIST)) roles!: readonly string[];
  @Field(optional(secretText)) password?: string;
}

/** @internal `PATCH /users/{id}`. */
export class UserChangeBody {
  @Field(optional(text(REMARK_RULE))) display_name?: string;
  @Field(optional(orNull(text(NAME_RULE)))) email?: string | null;
  @Field(optional(strings(ROLE_LIST))) roles?: readonly string[];
  @Field(optional(boolean)) enabled?: boolean;
  @Field(optional(secretText)) password?: string;
}

/** @internal `POST /groups/{id}/members`. */
export class MemberBody {
  @Field(ulid) user_id!: string;
}
