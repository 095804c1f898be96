import { USERS_CLAIM, userClaim } from '@xzepr/core';
import type {
  AccessClaims,
  AuditEntry,
  AuditId,
  Group,
  KeptSigningKey,
  Member,
  RefreshToken,
  RoundTrip,
  Session,
  SessionId,
  Timestamp,
  TokenId,
  UnitOfWork,
  User,
  UserId,
} from '@xzepr/core';

import { sha256Digest } from './memory/deterministic.js';

/** @internal Short ways to make and keep users and what is theirs. */
export interface IdentityMakers {
  readonly newUser: (change?: Partial<User>) => User;
  readonly newSession: (user: Pick<User, 'id'>, change?: Partial<Session>) => Session;
  /** Expires when its session does. */
  readonly newToken: (session: Session, change?: Partial<RefreshToken>) => RefreshToken;
  readonly newTrip: (change?: Partial<RoundTrip>) => RoundTrip;
  readonly newEntry: (change?: Partial<AuditEntry>) => AuditEntry;
  readonly newSigningKey: (change?: Partial<KeptSigningKey>) => KeptSigningKey;
  readonly newMember: (user: Pick<User, 'id'>) => Member;
  readonly claimsOf: (session: Session, change?: Partial<AccessClaims>) => AccessClaims;
  /** The same, kept. */
  readonly user: (change?: Partial<User>) => Promise<User>;
  readonly session: (user: Pick<User, 'id'>, change?: Partial<Session>) => Promise<BegunSession>;
  readonly member: (group: Group, user: Pick<User, 'id'>) => Promise<Member>;
}

/** A session and its first refresh token. */
interface BegunSession {
  readonly session: Session;
  readonly token: RefreshToken;
}

/** @internal Far from now in the times of a scene. */
export const LATER = '2027-01-01T00:00:00.000000Z' as Timestamp;

const digest = sha256Digest();

/** @internal */
export function identityMakers(unitOfWork: UnitOfWork, now: () => Timestamp, newId: () => string): IdentityMakers {
  const make = builders(now, newId);
  return {
    ...make,
    async user(change) {
      const user = make.newUser(change);
      await unitOfWork.run({ keys: [USERS_CLAIM] }, ({ users }) => users.add(user));
      return user;
    },
    async session(user, change) {
      const session = make.newSession(user, change);
      const token = make.newToken(session);
      await unitOfWork.run({ keys: [userClaim(user.id)] }, ({ sessions }) => sessions.begin(session, token));
      return { session, token };
    },
    async member({ id, receiverIds }, user) {
      const member = make.newMember(user);
      await unitOfWork.run({ exclusiveReceivers: receiverIds }, ({ members }) => members.add(id, member));
      return member;
    },
  };
}

function builders(now: () => Timestamp, newId: () => string): Omit<IdentityMakers, 'user' | 'session' | 'member'> {
  return {
    newUser(change) {
      const [id, at] = [newId() as UserId, now()];
      return {
        ...{ id, username: `user-${id}`, displayName: 'Some One', email: 'one@example.org', roles: ['event_viewer'] },
        ...{ rolesSetHere: true, enabled: true, resourceVersion: 1, createdBy: 'maker', createdAt: at, updatedAt: at },
        ...change,
      };
    },
    newSession: ({ id: userId }, change) => ({
      ...{ id: newId() as SessionId, userId, provider: undefined, createdAt: now(), expiresAt: LATER },
      ...{ revokedAt: undefined, ...change },
    }),
    newToken: ({ id: sessionId, expiresAt }, change) => ({
      ...{ hash: digest.sha256(newId()), sessionId, expiresAt, usedAt: undefined, ...change },
    }),
    newTrip: (change) => ({
      ...{ stateHash: digest.sha256(newId()), provider: 'corp', browserHash: digest.sha256(newId()), nonce: 'nonce' },
      ...{ verifier: 'verifier', returnTo: '/after', expiresAt: LATER, ...change },
    }),
    newEntry: (change) => ({
      ...{ id: newId() as AuditId, at: now(), kind: 'user.changed', actor: 'actor', target: 'target' },
      ...{ origin: { address: '192.0.2.1', requestId: 'request-1' }, detail: { why: 'asked' }, ...change },
    }),
    newSigningKey: (change) => ({
      ...{ kid: newId(), algorithm: 'ES256', material: '{"kty":"EC"}', signsFrom: now(), verifiesUntil: undefined },
      ...change,
    }),
    newMember: ({ id: userId }) => ({ userId, addedBy: 'owner', addedAt: now() }),
    claimsOf: ({ id: sessionId, userId }, change) => ({
      ...{ tokenId: newId() as TokenId, userId, sessionId, roles: [], issuedAt: now(), expiresAt: LATER, ...change },
    }),
  };
}
