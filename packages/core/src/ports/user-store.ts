import type { GroupId, UserId } from '../domain/ids.js';
import type { ExternalIdentity, User } from '../domain/user.js';
import type { Timestamp } from '../domain/timestamp.js';
import type { Addition } from './receiver-store.js';

/**
 * Users, as those who write see them. Who adds, links, replaces or counts claims the key `USERS_CLAIM` in the scope, so that
 * no two take the last administrator away at once.
 *
 * @public
 */
export interface UserStore {
  /** Undefined when there is none. */
  find(id: UserId): Promise<User | undefined>;
  /** Undefined when nobody has linked it. */
  findByIdentity(identity: ExternalIdentity): Promise<User | undefined>;
  /** Adds a user unless the username is taken without regard to case, by whom it then says. */
  add(user: User): Promise<Addition<UserId>>;
  /** Puts `user` in the place of the one with its id. */
  replace(user: User): Promise<void>;
  /** Links an identity of a provider. @throws StoreRejectedError it is somebody's already */
  link(id: UserId, identity: ExternalIdentity): Promise<void>;
  /**
   * The form that a password is kept in, in the place of the one before. `hash` is for the password hasher to read. Who sets it claims
   * the key `userClaim` of the user.
   */
  setPassword(id: UserId, hash: string, at: Timestamp): Promise<void>;
  /**
   * How many may do everything and will be able to tomorrow: enabled users with the role `admin` who can sign in, because they have
   * a password or an identity of a provider, and API keys with it that are not revoked, never expire, are not narrowed and whose
   * owner, where they have one, is enabled and has the role.
   */
  countAdmins(): Promise<number>;
}

/** @public The key to claim by whoever changes users, see `Scope.keys`. */
export const USERS_CLAIM = 'users';

/**
 * The key to claim by whoever begins a session of a user, or changes what sessions of theirs rest on: their password, or that they
 * are enabled. So nobody gets in by what has just ceased to be good.
 *
 * @public
 */
export function userClaim(id: UserId): string {
  return `user ${id}`;
}

/**
 * Who besides the owner may post to the receivers of a group that is for members only. Who changes them has claimed all
 * receivers of the group exclusively.
 *
 * @public
 */
export interface MemberStore {
  /** The member as they are kept: `member`, or the one who is there already, who stays. */
  add(groupId: GroupId, member: Member): Promise<KeptMember>;
  /** False when the user is none. */
  remove(groupId: GroupId, userId: UserId): Promise<boolean>;
  /** Those of `groupIds` that the user is a member of, in no order. */
  groupsOf(userId: UserId, groupIds: readonly GroupId[]): Promise<readonly GroupId[]>;
}

/** @public A member, and whether they were added just now. */
export interface KeptMember {
  readonly member: Member;
  readonly added: boolean;
}

/** @public */
export interface Member {
  readonly userId: UserId;
  readonly addedBy: string;
  readonly addedAt: Timestamp;
}
