import type { AuditReader, RoundTrip, SessionOfToken, Stores, UserReader } from '@xzepr/core';

import { broken, withReader, withStores } from './broken-adapters.js';
import type { Open } from './broken-adapters.js';

function onStores(breakIt: (stores: Stores) => Partial<Stores>): Open {
  return broken((harness) => ({ unitOfWork: withStores(harness, breakIt) }));
}

function onUsers(breakIt: (users: UserReader) => Partial<UserReader>): Open {
  return broken((harness) => ({
    reader: withReader(harness, ({ users }) => ({ users: { ...users, ...breakIt(users) } })),
  }));
}

function onAudit(breakIt: (audit: AuditReader) => Partial<AuditReader>): Open {
  return broken((harness) => ({
    reader: withReader(harness, ({ audit }) => ({ audit: { ...audit, ...breakIt(audit) } })),
  }));
}

/** Takes two usernames that differ in case for different: makes room for the second by renaming it. */
export const usernamesByCase: Open = onStores(({ users }) => ({
  users: {
    ...users,
    async add(user) {
      const addition = await users.add(user);
      if (addition.kind === 'added' || (await users.find(addition.by))?.username === user.username) return addition;
      return users.add({ ...user, username: `${user.username}.` });
    },
  },
}));

/** Finds who wants to sign in by their username letter for letter. */
export const signsInByCase: Open = onUsers((users) => ({
  async findForSignIn(username) {
    const found = await users.findForSignIn(username);
    return found?.user.username === username ? found : undefined;
  },
}));

/** Leaves a round trip where it is when it is taken. */
export const tripsTakenTwice: Open = onStores(({ roundTrips }) => ({
  roundTrips: {
    ...roundTrips,
    async take(stateHash) {
      const trip: RoundTrip | undefined = await roundTrips.take(stateHash);
      if (trip !== undefined) await roundTrips.add(trip);
      return trip;
    },
  },
}));

/** Shows a session as it was kept when the unit of work began, to whoever comes while another holds it. */
export const sessionsNotHeld: Open = broken((harness) => {
  const shown = new Map<string, SessionOfToken>();
  return {
    unitOfWork: withStores(harness, ({ sessions }) => ({
      sessions: {
        ...sessions,
        async findByToken(hash) {
          const found = await sessions.findByToken(hash);
          const first = shown.get(hash) ?? found;
          if (first !== undefined) shown.set(hash, first);
          return first;
        },
      },
    })),
  };
});

/** Goes on counting a session from its first token. */
export const sessionsNotProlonged: Open = onStores(({ sessions }) => ({
  sessions: {
    ...sessions,
    async rotate(usedHash, at, next) {
      const { session } = (await sessions.findByToken(usedHash)) ?? {};
      await sessions.rotate(usedHash, at, { ...next, expiresAt: session?.expiresAt ?? next.expiresAt });
    },
  },
}));

/** Ends every session of a user, the one to be kept too. */
export const endsTheKeptSession: Open = onStores(({ sessions }) => ({
  sessions: { ...sessions, endAllOf: (userId, at) => sessions.endAllOf(userId, at) },
}));

/** Knows whose token it is by the user that it names, whatever has become of its session. */
export const trustsTokens: Open = onUsers((users) => ({ holderOf: ({ userId }) => users.find(userId) }));

/** Forgets everything that has expired at once. */
export const forgetsUnbounded: Open = onStores(({ sessions, roundTrips }) => ({
  sessions: { ...sessions, forgetExpired: (before) => sessions.forgetExpired(before, Number.MAX_SAFE_INTEGER) },
  roundTrips: { ...roundTrips, forgetExpired: (before) => roundTrips.forgetExpired(before, Number.MAX_SAFE_INTEGER) },
}));

/** Lists the audit log in the order of time. */
export const auditOldestFirst: Open = onAudit((audit) => ({
  list: async (filter, span) => (await audit.list(filter, span)).toReversed(),
}));

/** Takes no notice of where requests came from. */
export const auditByNoAddress: Open = onAudit((audit) => ({
  list: ({ address: _address, ...filter }, span) => audit.list(filter, span),
}));

/** Lists what happened at the end of a time as well. */
export const auditUntilInclusive: Open = onAudit((audit) => ({
  async list({ to, ...filter }, span) {
    const found = await audit.list(filter, span);
    return found.filter(({ at }) => to === undefined || at <= to);
  },
}));

/** Lets everybody post while a group is disabled. */
export const guardsOfEnabledGroups: Open = onStores(({ receivers, groups }) => ({
  receivers: {
    ...receivers,
    async stamps(ids) {
      const stamps = await receivers.stamps(ids);
      return Promise.all(
        stamps.map(async (stamp) => {
          const kept = await Promise.all(
            stamp.guards.map(async ({ groupId }) => (await groups.find(groupId))?.enabled),
          );
          return { ...stamp, guards: stamp.guards.filter((_, index) => kept[index]) };
        }),
      );
    },
  },
}));

/** Counts every administrator, and every key with the role. */
export const countsDeadKeys: Open = onStores(({ users, apiKeys }) => ({
  apiKeys: {
    ...apiKeys,
    add: (key) => apiKeys.add({ ...key, expiresAt: undefined, ownerId: undefined }),
  },
  users,
}));

/** Keeps the members of a group that is gone. */
export const membersOutliveGroups: Open = onStores(({ groups, members }) => ({
  groups: { ...groups, remove: (group, by) => groups.replace({ ...group, enabled: false }, by) },
  members,
}));

/** Lets a second key take the place of one of the same kid. */
export const signingKeysReplaced: Open = onStores(({ signingKeys }) => ({
  signingKeys: {
    ...signingKeys,
    async add(key) {
      if (!(await signingKeys.list()).some(({ kid }) => kid === key.kid)) await signingKeys.add(key);
    },
  },
}));

/** Holds the token that is brought and not its session: who brings another token of it sees it as it was. */
export const tokensHeldAlone: Open = broken((harness) => {
  const seen = new Map<string, SessionOfToken['session']>();
  return {
    unitOfWork: withStores(harness, ({ sessions }) => ({
      sessions: {
        ...sessions,
        async findByToken(hash) {
          const found = await sessions.findByToken(hash);
          if (found?.token.usedAt === undefined) return found;
          const session = seen.get(found.session.id) ?? found.session;
          seen.set(session.id, session);
          return { ...found, session };
        },
      },
    })),
  };
});

/** Gives an identity that is linked to whoever links it last. */
export const identitiesTakenOver: Open = onStores(({ users }) => ({
  users: { ...users, link: (id, identity) => users.link(id, identity).catch(() => undefined) },
}));

/** Takes what looks like a username for it. */
export const foldsUsernames: Open = onUsers((users) => ({
  findForSignIn: (username) => users.findForSignIn(username.normalize('NFKC').replaceAll('\0', '')),
}));

/** Takes a key again that another one was before its last rotation. */
export const rotatedKeysComeBack: Open = onStores(({ apiKeys }) => ({
  apiKeys: {
    ...apiKeys,
    async add(key) {
      return (await apiKeys.add(key)) || apiKeys.add({ ...key, hash: `${key.hash.slice(1)}0` });
    },
  },
}));

/** Takes no audit entry with a NUL in it. */
export const auditWithoutNul: Open = onStores(({ audit }) => ({
  audit: {
    add: (entries) =>
      JSON.stringify(entries).includes('\\u0000') ? Promise.reject(new Error('no NUL here')) : audit.add(entries),
  },
}));

/** Says nothing when an id of the audit log is taken. */
export const auditEntriesLost: Open = onStores(({ audit }) => ({
  audit: { add: (entries) => audit.add(entries).catch(() => undefined) },
}));

/** Goes by the time in an id, which is that of the beginning for every id of a scene. */
export const auditByIdTime: Open = onAudit((audit) => ({
  list({ from, to, ...filter }, span) {
    const began = '2026-01-01T00:00:00.000000Z';
    const isWithin = (from === undefined || from <= began) && (to === undefined || began < to);
    return isWithin ? audit.list(filter, span) : Promise.resolve([]);
  },
}));
