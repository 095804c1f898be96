import { PERMISSIONS, ROLES, SECURITY_EVENT_KINDS } from '@xzepr/core';

import { ULID_SCHEMA } from './fields.js';

type JsonSchema = Readonly<Record<string, unknown>>;

const TEXT: JsonSchema = { type: 'string' };
const TIME: JsonSchema = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$' };
const COUNT: JsonSchema = { type: 'integer', minimum: 0 };
const POSITION: JsonSchema = { type: 'integer', minimum: 1 };
const FLAG: JsonSchema = { type: 'boolean' };

/** An object with exactly these members; a `?` after a name means that it may be missing. */
function object(members: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const entries = Object.entries(members).map(([name, schema]) => [name.replace(/\?$/, ''), schema] as const);
  const required = Object.keys(members).filter((name) => !name.endsWith('?'));
  return { type: 'object', properties: Object.fromEntries(entries), required, additionalProperties: false };
}

function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

function orNull(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

function page(name: string): JsonSchema {
  return object({ data: list(ref(name)), page: object({ next: orNull(TEXT) }) });
}

const SUBJECT_FIELDS = { name: TEXT, version: TEXT, release: TEXT, platform_id: TEXT, package: TEXT };
const NAMED = { id: ULID_SCHEMA, name: TEXT, type: TEXT, version: TEXT };
const ORIGIN = { created_by: TEXT, created_at: TIME, updated_at: TIME };
const STATE = { enum: ['completed', 'reopened'] };
const RECEIVER = {
  ...{ ...NAMED, description: TEXT, schema: { type: ['object', 'boolean'] } },
  fingerprint: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
  ...{ enabled: FLAG, resource_version: POSITION, ...ORIGIN },
};
const GROUP = {
  ...{ ...NAMED, description: TEXT, event_receiver_ids: list(ULID_SCHEMA), policy: { enum: ['latest', 'any'] } },
  ...{ enabled: FLAG, members_only: FLAG, owner_id: TEXT, resource_version: POSITION, ...ORIGIN },
};
const ROLE_LIST = list({ enum: ROLES });
const PERMISSION_LIST = list({ enum: PERMISSIONS });
const API_KEY = {
  ...{ id: ULID_SCHEMA, name: TEXT, roles: ROLE_LIST, permissions: orNull(PERMISSION_LIST) },
  ...{
    event_receiver_ids: orNull(list(ULID_SCHEMA)),
    owner_id: orNull(ULID_SCHEMA),
    created_by: TEXT,
    created_at: TIME,
  },
  ...{ expires_at: orNull(TIME), revoked_at: orNull(TIME), last_used_at: orNull(TIME), rotates_until: orNull(TIME) },
};
const USER = {
  ...{
    id: ULID_SCHEMA,
    username: TEXT,
    display_name: TEXT,
    email: orNull(TEXT),
    roles: ROLE_LIST,
    roles_set_here: FLAG,
  },
  ...{ enabled: FLAG, resource_version: POSITION, ...ORIGIN },
};

/**
 * What answers look like, by name.
 *
 * @internal
 */
export const ANSWER_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Subject: object(SUBJECT_FIELDS),
  Event: object({
    ...{ id: ULID_SCHEMA, position: POSITION, ...SUBJECT_FIELDS, description: TEXT, payload: {}, success: FLAG },
    ...{ event_receiver_id: ULID_SCHEMA, receiver_version: POSITION, created_by: TEXT, created_at: TIME },
    transitions: list(object({ group_id: ULID_SCHEMA, state: STATE, generation: POSITION })),
  }),
  EventPage: page('Event'),
  Payload: {},
  BatchResults: object({ results: list({ anyOf: [ref('Recorded'), ref('Refused')] }) }),
  Recorded: object({ status: { const: 201 }, event: ref('Event') }),
  Refused: object({ status: { type: 'integer', minimum: 400, maximum: 599 }, problem: ref('Problem') }),
  Receiver: object(RECEIVER),
  ReceiverPage: page('Receiver'),
  ReceiverRevision: object({ ...RECEIVER, changed_by: TEXT }),
  ReceiverRevisionPage: page('ReceiverRevision'),
  Group: object({ ...GROUP, reconciling: FLAG }),
  GroupPage: page('Group'),
  GroupRevision: object({ ...GROUP, changed_by: TEXT }),
  GroupRevisionPage: page('GroupRevision'),
  Verdict: object({
    ...{
      group: object({ ...NAMED, resource_version: POSITION }),
      subject: ref('Subject'),
      policy: { enum: ['latest', 'any'] },
    },
    ...{ state: { enum: ['complete', 'incomplete', 'disabled'] }, generation: COUNT, since: orNull(TIME) },
    receivers: list(
      object({
        ...NAMED,
        outcome: { enum: ['passing', 'failing', 'missing'] },
        event_id: orNull(ULID_SCHEMA),
        at: orNull(TIME),
      }),
    ),
  }),
  VerdictPage: page('Verdict'),
  BoardEntry: object({
    ...{ subject: ref('Subject'), state: { enum: ['complete', 'incomplete'] }, generation: COUNT },
    ...{ since: orNull(TIME), position: POSITION },
  }),
  BoardPage: page('BoardEntry'),
  Transition: object({
    ...{ id: ULID_SCHEMA, group_id: ULID_SCHEMA, subject: ref('Subject'), state: STATE, generation: POSITION },
    cause: {
      anyOf: [
        object({ kind: { const: 'event' }, event_id: ULID_SCHEMA }),
        object({ kind: { const: 'group_changed' }, resource_version: POSITION }),
      ],
    },
    ...{ position: POSITION, at: TIME },
  }),
  TransitionPage: page('Transition'),
  TimelineEntry: {
    anyOf: [
      object({ kind: { const: 'event' }, position: POSITION, event: ref('Event') }),
      object({ kind: { const: 'transition' }, position: POSITION, transition: ref('Transition') }),
    ],
  },
  TimelinePage: page('TimelineEntry'),
  ApiKey: object(API_KEY),
  ApiKeyPage: page('ApiKey'),
  User: object(USER),
  UserPage: page('User'),
  Member: object({ user_id: ULID_SCHEMA, added_by: TEXT, added_at: TIME }),
  MemberPage: page('Member'),
  Tokens: object({
    ...{ access_token: TEXT, refresh_token: TEXT, token_type: { const: 'Bearer' }, expires_in: POSITION },
  }),
  WhoAmI: object({
    ...{ id: TEXT, kind: { enum: ['user', 'api_key', 'service'] }, roles: ROLE_LIST, permissions: PERMISSION_LIST },
    ...{ event_receiver_ids: orNull(list(ULID_SCHEMA)), user_id: orNull(ULID_SCHEMA), user: orNull(ref('User')) },
  }),
  AuditEntry: object({
    ...{ id: ULID_SCHEMA, at: TIME, kind: { enum: SECURITY_EVENT_KINDS }, actor: orNull(TEXT), target: orNull(TEXT) },
    ...{ address: orNull(TEXT), request_id: orNull(TEXT), detail: { type: 'object' } },
  }),
  AuditPage: page('AuditEntry'),
  CreatedApiKey: object({ ...API_KEY, key: orNull(TEXT) }),
  Problem: object({
    ...{
      type: { type: 'string', format: 'uri' },
      title: TEXT,
      status: { type: 'integer' },
      'detail?': TEXT,
      code: TEXT,
    },
    ...{ instance: TEXT, 'errors?': list(object({ pointer: TEXT, detail: TEXT })), 'permission?': TEXT },
    ...{ 'existing_id?': ULID_SCHEMA, 'current_version?': COUNT, 'group_id?': ULID_SCHEMA },
  }),
  Health: object({ status: { enum: ['ok', 'unavailable'] } }),
};
