import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * The registry's tables. Text is compared byte by byte ("C"), so that equality and order are those of the strings themselves.
 * There are no foreign keys from what is written often: claims hold the references, and a key would make every poster meet
 * in the receiver's row. Rows that have a subject carry its hash, the key to shard by.
 *
 * @internal
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const TEXT = 'text collate "C" not null';
// Names, types and versions together may be longer than an index takes; `name_hash` is the SHA-256 of the three.
const NAMES = `name ${TEXT}, type ${TEXT}, version ${TEXT}, description ${TEXT}`;
const NAMED = `id ${TEXT} primary key, ${NAMES}`;
const CHANGING = `enabled boolean not null, resource_version integer not null, created_by ${TEXT},
  created_at timestamptz not null, updated_at timestamptz not null`;
const SUBJECT = `subject_hash bytea not null, name ${TEXT}, version ${TEXT}, release ${TEXT}, platform_id ${TEXT}, package ${TEXT}`;

const STATEMENTS: readonly string[] = [
  `create sequence feed_position as bigint`,

  `create table event_receivers (${NAMED}, schema json not null, fingerprint ${TEXT}, ${CHANGING},
    name_hash bytea not null constraint event_receivers_name unique)`,
  `create table event_receiver_revisions (receiver_id ${TEXT}, ${NAMES}, schema json not null, fingerprint ${TEXT},
    ${CHANGING}, changed_by ${TEXT}, deleted boolean not null, primary key (receiver_id, resource_version, deleted))`,

  `create table event_receiver_groups (${NAMED}, policy ${TEXT}, rule_version integer not null, ${CHANGING},
    name_hash bytea not null constraint event_receiver_groups_name unique)`,
  `create table group_members (group_id ${TEXT} references event_receiver_groups on delete cascade, ordinal integer not null,
    receiver_id ${TEXT}, primary key (group_id, ordinal), unique (receiver_id, group_id))`,
  `create table group_revisions (group_id ${TEXT}, ${NAMES}, receiver_ids text[] not null, policy ${TEXT},
    rule_version integer not null, ${CHANGING}, changed_by ${TEXT}, deleted boolean not null,
    primary key (group_id, resource_version, deleted))`,

  `create table events (id ${TEXT} primary key, position bigint not null unique, ${SUBJECT}, description ${TEXT},
    payload json not null, success boolean not null, receiver_id ${TEXT}, receiver_version integer not null,
    created_by ${TEXT}, created_at timestamptz not null)`,
  // Where a receiver stands on a subject: one probe for the newest success, one for the newest failure. In words that only
  // these probes say, as no other index may serve them: a plan is made while the table is empty, and all indexes look alike.
  `create index events_standing on events ((receiver_id || ''), (subject_hash || ''), success, position desc)`,
  `create index events_subject on events (subject_hash, position)`,
  `create index events_receiver on events (receiver_id, position)`,
  `create index events_name on events (name, position)`,
  `create index events_created on events using brin (created_at)`,

  `create table gate_states (group_id ${TEXT}, ${SUBJECT}, complete boolean not null, generation integer not null,
    since timestamptz, rule_version integer not null, changed_position bigint not null, primary key (group_id, subject_hash))
    with (fillfactor = 85)`,
  // Of the group in words that only the board says: who looks for one subject's state must never be sent down this index.
  `create index gate_states_board on gate_states ((group_id || ''), changed_position)`,

  `create table transitions (id ${TEXT} primary key, group_id ${TEXT}, ${SUBJECT}, state ${TEXT},
    generation integer not null, cause_event_id text collate "C", cause_resource_version integer, position bigint not null,
    at timestamptz not null, unique (group_id, subject_hash, generation),
    check ((cause_event_id is null) <> (cause_resource_version is null)))`,
  `create index transitions_group on transitions (group_id, position)`,
  `create index transitions_subject on transitions (subject_hash, position)`,
  `create index transitions_cause on transitions (cause_event_id) where cause_event_id is not null`,

  `create table feed (position bigint primary key, xid xid8 not null default pg_current_xact_id(), kind ${TEXT},
    reference ${TEXT}, reference_version integer, subject_hash bytea)`,
  `create index feed_order on feed (xid, position)`,

  `create table idempotency_keys (key_id ${TEXT} primary key, request_digest ${TEXT}, answer ${TEXT},
    kept_at timestamptz not null)`,
  `create index idempotency_keys_kept on idempotency_keys (kept_at)`,

  `create table reconciliations (group_id ${TEXT} primary key, rule_version integer not null, cursor bytea)`,

  `create table api_keys (id ${TEXT} primary key, name ${TEXT}, roles text[] not null, hash ${TEXT} unique, created_by ${TEXT},
    created_at timestamptz not null, expires_at timestamptz, revoked_at timestamptz)`,
];
