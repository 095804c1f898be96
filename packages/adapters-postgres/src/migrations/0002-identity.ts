import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * Who is who: users and their sessions, who may post where, API keys that are narrowed and rotated, the audit log and the keys
 * that tokens are signed with. Columns that are added may be left out, so that the version before goes on working; groups that
 * have no owner because it made them belong to who made them.
 *
 * @internal
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const TEXT = 'text collate "C" not null';
const OPTIONAL = 'text collate "C"';

const STATEMENTS: readonly string[] = [
  `create table users (id ${TEXT} primary key, username ${TEXT}, username_key ${TEXT} constraint users_username unique,
    display_name ${TEXT}, email ${OPTIONAL}, roles text[] not null, roles_set_here boolean not null, enabled boolean not null,
    resource_version integer not null, created_by ${TEXT}, created_at timestamptz not null, updated_at timestamptz not null)`,
  `create table user_passwords (user_id ${TEXT} primary key, hash ${TEXT}, set_at timestamptz not null)`,
  `create table user_identities (provider ${TEXT}, subject ${TEXT}, user_id ${TEXT}, primary key (provider, subject))`,
  `create index users_admins on users (id) where enabled and roles @> '{admin}'`,

  `create table sessions (id ${TEXT} primary key, user_id ${TEXT}, provider ${OPTIONAL}, created_at timestamptz not null,
    expires_at timestamptz not null, revoked_at timestamptz)`,
  `create index sessions_user on sessions (user_id) where revoked_at is null`,
  `create index sessions_expiry on sessions (expires_at)`,
  `create table refresh_tokens (hash ${TEXT} primary key, session_id ${TEXT}, expires_at timestamptz not null,
    used_at timestamptz)`,
  `create index refresh_tokens_session on refresh_tokens (session_id)`,
  `create table revoked_tokens (token_id ${TEXT} primary key, revoked_at timestamptz not null, expires_at timestamptz not null)`,
  `create index revoked_tokens_expiry on revoked_tokens (expires_at)`,
  `create table round_trips (state_hash ${TEXT} primary key, provider ${TEXT}, browser_hash ${TEXT}, nonce ${TEXT},
    verifier ${TEXT}, return_to ${OPTIONAL}, expires_at timestamptz not null)`,
  `create index round_trips_expiry on round_trips (expires_at)`,

  `alter table event_receiver_groups add column members_only boolean not null default false, add column owner_id ${OPTIONAL}`,
  `alter table group_revisions add column members_only boolean not null default false, add column owner_id ${OPTIONAL}`,
  // Posters look here each time, and mostly there is nothing to find.
  `create index groups_for_members on event_receiver_groups (id) where members_only`,
  `create table group_users (group_id ${TEXT} references event_receiver_groups on delete cascade, user_id ${TEXT},
    added_by ${TEXT}, added_at timestamptz not null, primary key (group_id, user_id))`,

  `alter table api_keys add column permissions text[], add column receiver_ids text[], add column owner_id ${OPTIONAL},
    add column previous_hash ${OPTIONAL} unique, add column previous_until timestamptz, add column last_used_at timestamptz`,
  `create index api_keys_owner on api_keys (owner_id, id) where owner_id is not null`,

  `create table audit_log (id ${TEXT} primary key, at timestamptz not null, kind ${TEXT}, actor ${OPTIONAL},
    target ${OPTIONAL}, address ${OPTIONAL}, request_id ${OPTIONAL}, detail json not null,
    id_lead_ms bigint not null)`,
  `create index audit_log_kind on audit_log (kind, id desc)`,
  `create index audit_log_actor on audit_log (actor, id desc) where actor is not null`,
  `create index audit_log_target on audit_log (target, id desc) where target is not null`,
  `create index audit_log_address on audit_log (address, id desc) where address is not null`,
  // By how much the time in an id may be ahead of `at`: so that a time is looked for among the ids, which every index ends with.
  `create index audit_log_lead on audit_log (id_lead_ms)`,

  `create table signing_keys (kid ${TEXT} primary key, algorithm ${TEXT}, material ${TEXT}, signs_from timestamptz not null,
    verifies_until timestamptz)`,
];
