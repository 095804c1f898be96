import { DESCRIPTION_RULE, NAME_RULE, REMARK_RULE, ROLES, membershipProblems } from '@xzepr/core';
import type { VerbatimJson } from '@xzepr/core';

import {
  Field,
  ULID_SCHEMA,
  anyJson,
  boolean,
  jsonSchema,
  oneOf,
  optional,
  strings,
  text,
  timestamp,
  ulid,
} from './fields.js';

const RECEIVERS = { items: ULID_SCHEMA, minItems: 1, maxItems: 100, uniqueItems: true };

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
}

/** @internal `PATCH /groups/{id}`. */
export class GroupChangeBody {
  @Field(optional(text(DESCRIPTION_RULE))) description?: string;
  @Field(optional(strings(RECEIVERS, membershipProblems))) event_receiver_ids?: readonly string[];
  @Field(optional(oneOf('latest', 'any'))) policy?: 'latest' | 'any';
  @Field(optional(boolean)) enabled?: boolean;
}

/** @internal `POST /api-keys`. */
export class ApiKeyBody {
  @Field(text(NAME_RULE)) name!: string;
  @Field(strings({ items: { enum: ROLES }, minItems: 1, uniqueItems: true })) roles!: readonly string[];
  @Field(optional(timestamp)) expires_at?: string;
}
