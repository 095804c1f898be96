import type { RoundTripStore, SessionId, SessionOfToken, SessionStore, UserId } from '@xzepr/core';

import { optionalText, optionalTime, text, time, utc } from './rows.js';
import type { Row, SqlConnection } from './sql.js';

/** @internal */
export function postgresSessionStore(connection: SqlConnection): SessionStore {
  return {
    async begin({ id, userId, provider, createdAt, expiresAt }, token) {
      await Promise.all([
        connection.query(BEGIN, [id, userId, provider ?? null, createdAt, expiresAt]),
        connection.query(ADD_TOKEN, [token.hash, id, token.expiresAt]),
      ]);
    },
    async findByToken(hash) {
      // The session is held first: what is read of the token after that is as the last who held it left it.
      const [, [row]] = await Promise.all([connection.query(HOLD, [hash]), connection.query(FIND_BY_TOKEN, [hash])]);
      return row && sessionOfToken(row);
    },
    async rotate(usedHash, at, { hash, sessionId, expiresAt }) {
      await Promise.all([
        connection.query(USE_TOKEN, [usedHash, at]),
        connection.query(ADD_TOKEN, [hash, sessionId, expiresAt]),
        connection.query(PROLONG, [sessionId, expiresAt]),
      ]);
    },
    async end(id, at) {
      await connection.query(END, [id, at]);
    },
    async endAllOf(userId, at, except) {
      return (await connection.query(END_ALL, [userId, at, except ?? ''])).length;
    },
    async revokeToken({ tokenId, revokedAt, expiresAt }) {
      await connection.query(REVOKE_TOKEN, [tokenId, revokedAt, expiresAt]);
    },
    async forgetExpired(before, limit) {
      const gone = [FORGET_SESSIONS, FORGET_REVOKED].map((forget) => connection.query(forget, [before, limit]));
      return (await Promise.all(gone)).reduce((count, rows) => count + rows.length, 0);
    },
  };
}

/** @internal */
export function postgresRoundTripStore(connection: SqlConnection): RoundTripStore {
  return {
    async add({ stateHash, provider, browserHash, nonce, verifier, returnTo, expiresAt }) {
      await connection.query(ADD_TRIP, [
        stateHash,
        provider,
        browserHash,
        nonce,
        verifier,
        returnTo ?? null,
        expiresAt,
      ]);
    },
    async take(stateHash) {
      const [row] = await connection.query(TAKE_TRIP, [stateHash]);
      return (
        row && {
          stateHash,
          provider: text(row, 'provider'),
          browserHash: text(row, 'browser_hash'),
          nonce: text(row, 'nonce'),
          verifier: text(row, 'verifier'),
          returnTo: optionalText(row, 'return_to'),
          expiresAt: time(row, 'expires_at'),
        }
      );
    },
    async forgetExpired(before, limit) {
      return (await connection.query(FORGET_TRIPS, [before, limit])).length;
    },
  };
}

function sessionOfToken(row: Row): SessionOfToken {
  const id = text(row, 'id') as SessionId;
  return {
    session: {
      id,
      userId: text(row, 'user_id') as UserId,
      provider: optionalText(row, 'provider'),
      createdAt: time(row, 'created_at'),
      expiresAt: time(row, 'expires_at'),
      revokedAt: optionalTime(row, 'revoked_at'),
    },
    token: {
      hash: text(row, 'hash'),
      sessionId: id,
      expiresAt: time(row, 'token_expires_at'),
      usedAt: optionalTime(row, 'used_at'),
    },
  };
}

const BEGIN = {
  name: 'session_begin',
  text: `insert into sessions (id, user_id, provider, created_at, expires_at)
    values ($1, $2, $3, $4::timestamptz, $5::timestamptz)`,
};

const ADD_TOKEN = {
  name: 'session_add_token',
  text: 'insert into refresh_tokens (hash, session_id, expires_at) values ($1, $2, $3::timestamptz)',
};

const HOLD = {
  name: 'session_hold',
  text: `select id from sessions where id = (select session_id from refresh_tokens where hash = $1) for no key update`,
};

const FIND_BY_TOKEN = {
  name: 'session_find_by_token',
  text: `select s.id, s.user_id, s.provider, ${utc('s.created_at')} as created_at, ${utc('s.expires_at')} as expires_at,
      ${utc('s.revoked_at')} as revoked_at, t.hash, ${utc('t.expires_at')} as token_expires_at, ${utc('t.used_at')} as used_at
    from refresh_tokens t join sessions s on s.id = t.session_id where t.hash = $1`,
};

const USE_TOKEN = {
  name: 'session_use_token',
  text: 'update refresh_tokens set used_at = coalesce(used_at, $2::timestamptz) where hash = $1',
};

const PROLONG = { name: 'session_prolong', text: 'update sessions set expires_at = $2::timestamptz where id = $1' };

const END = {
  name: 'session_end',
  text: 'update sessions set revoked_at = $2::timestamptz where id = $1 and revoked_at is null',
};

/**
 * Holds the sessions in the order of their ids, so that two that end them do not wait for each other in a circle. An array is
 * looked up by primary key however large the planner takes the table to be; a subquery may be joined with all of it.
 */
const END_ALL = {
  name: 'session_end_all',
  text: `with held as materialized (
      select id from sessions where user_id = $1 and revoked_at is null and id <> $3 order by id for no key update
    )
    update sessions set revoked_at = $2::timestamptz where id = any(array(select id from held)) returning id`,
};

const REVOKE_TOKEN = {
  name: 'token_revoke',
  text: `insert into revoked_tokens (token_id, revoked_at, expires_at) values ($1, $2::timestamptz, $3::timestamptz)
    on conflict (token_id) do nothing`,
};

/** A session that is held is about to be prolonged, or ended; its turn comes. */
const FORGET_SESSIONS = {
  name: 'session_forget',
  text: `with old as materialized (
      select id from sessions where expires_at < $1::timestamptz order by expires_at limit $2::integer for update skip locked
    ), gone as (
      delete from sessions where id = any(array(select id from old)) returning id
    ), with_tokens as (delete from refresh_tokens where session_id = any(array(select id from gone)))
    select id from gone`,
};

const FORGET_REVOKED = {
  name: 'token_forget_revoked',
  text: `delete from revoked_tokens where token_id = any(array(
      select token_id from revoked_tokens where expires_at < $1::timestamptz order by expires_at limit $2::integer))
    returning token_id`,
};

const ADD_TRIP = {
  name: 'trip_add',
  text: `insert into round_trips (state_hash, provider, browser_hash, nonce, verifier, return_to, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7::timestamptz)`,
};

const TAKE_TRIP = {
  name: 'trip_take',
  text: `delete from round_trips where state_hash = $1
    returning provider, browser_hash, nonce, verifier, return_to, ${utc('expires_at')} as expires_at`,
};

const FORGET_TRIPS = {
  name: 'trip_forget',
  text: `delete from round_trips where state_hash = any(array(
      select state_hash from round_trips where expires_at < $1::timestamptz order by expires_at limit $2::integer))
    returning state_hash`,
};
