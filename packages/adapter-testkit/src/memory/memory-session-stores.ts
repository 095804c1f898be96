/* eslint-disable @typescript-eslint/require-await -- ports answer by promises: async makes one of what is at hand, and of what is thrown */
import { SIGNING_KEYS_CLAIM, StoreRejectedError, userClaim } from '@xzepr/core';
import type { AuditStore, RoundTripStore, SessionStore, SigningKeyStore, Timestamp } from '@xzepr/core';

import type { Run } from './run.js';

/** @internal */
export function memorySessionStore({ tables, claims }: Run): SessionStore {
  return {
    async begin(session, token) {
      claims.key(userClaim(session.userId));
      tables.sessions.set(session.id, session);
      tables.refreshTokens.set(token.hash, token);
    },
    async findByToken(hash) {
      const token = tables.refreshTokens.get(hash);
      const session = token && tables.sessions.get(token.sessionId);
      return session && { session, token };
    },
    async rotate(usedHash, at, next) {
      const used = tables.refreshTokens.get(usedHash);
      const session = tables.sessions.get(next.sessionId);
      if (used !== undefined) tables.refreshTokens.set(usedHash, { ...used, usedAt: used.usedAt ?? at });
      if (session !== undefined) tables.sessions.set(session.id, { ...session, expiresAt: next.expiresAt });
      tables.refreshTokens.set(next.hash, next);
    },
    async end(id, at) {
      const session = tables.sessions.get(id);
      if (session !== undefined) tables.sessions.set(id, { ...session, revokedAt: session.revokedAt ?? at });
    },
    async endAllOf(userId, at, except) {
      claims.key(userClaim(userId));
      const own = [...tables.sessions.values()].filter(
        (session) => session.userId === userId && session.revokedAt === undefined && session.id !== except,
      );
      for (const session of own) tables.sessions.set(session.id, { ...session, revokedAt: at });
      return own.length;
    },
    async revokeToken(token) {
      if (tables.revokedTokens.get(token.tokenId) === undefined) tables.revokedTokens.set(token.tokenId, token);
    },
    async forgetExpired(before, limit) {
      const sessions = expired(tables.sessions.values(), before, limit);
      const gone = new Set(sessions.map(({ id }) => id));
      for (const { hash, sessionId } of [...tables.refreshTokens.values()])
        if (gone.has(sessionId)) tables.refreshTokens.delete(hash);
      for (const id of gone) tables.sessions.delete(id);
      const revoked = expired(tables.revokedTokens.values(), before, limit);
      for (const { tokenId } of revoked) tables.revokedTokens.delete(tokenId);
      return sessions.length + revoked.length;
    },
  };
}

/** @internal */
export function memoryRoundTripStore({ tables }: Run): RoundTripStore {
  return {
    async add(trip) {
      tables.roundTrips.set(trip.stateHash, trip);
    },
    async take(stateHash) {
      const trip = tables.roundTrips.get(stateHash);
      tables.roundTrips.delete(stateHash);
      return trip;
    },
    async forgetExpired(before, limit) {
      const trips = expired(tables.roundTrips.values(), before, limit);
      for (const { stateHash } of trips) tables.roundTrips.delete(stateHash);
      return trips.length;
    },
  };
}

/** @internal */
export function memoryAuditStore({ tables }: Run): AuditStore {
  return {
    async add(entries) {
      for (const entry of entries) {
        if (tables.audit.get(entry.id) !== undefined) throw new StoreRejectedError();
        tables.audit.set(entry.id, entry);
      }
    },
  };
}

/** @internal */
export function memorySigningKeyStore({ tables, claims }: Run): SigningKeyStore {
  return {
    async list() {
      return [...tables.signingKeys.values()];
    },
    async add(key) {
      claims.key(SIGNING_KEYS_CLAIM);
      if (tables.signingKeys.get(key.kid) !== undefined) throw new StoreRejectedError();
      tables.signingKeys.set(key.kid, key);
    },
    async endAt(kid, verifiesUntil) {
      const key = tables.signingKeys.get(kid);
      if (key !== undefined) tables.signingKeys.set(kid, { ...key, verifiesUntil });
    },
    async forgetEnded(before) {
      const ended = [...tables.signingKeys.values()].filter(
        ({ verifiesUntil }) => verifiesUntil !== undefined && verifiesUntil < before,
      );
      for (const { kid } of ended) tables.signingKeys.delete(kid);
      return ended.length;
    },
  };
}

/** The first to expire first. */
function expired<Row extends { readonly expiresAt: Timestamp }>(
  rows: Iterable<Row>,
  before: Timestamp,
  limit: number,
): readonly Row[] {
  return [...rows]
    .filter(({ expiresAt }) => expiresAt < before)
    .sort((a, b) => (a.expiresAt < b.expiresAt ? -1 : 1))
    .slice(0, limit);
}
