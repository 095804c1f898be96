import type { ApiKey } from '../domain/api-key.js';
import type { EventFilter, EventOrder } from '../domain/event-filter.js';
import type { ProvenanceEvent } from '../domain/event.js';
import type { GroupRevision, GroupView } from '../domain/group.js';
import type { ApiKeyId, EventId, GroupId, ReceiverId, UserId } from '../domain/ids.js';
import type { Receiver, ReceiverRevision, RegistryName } from '../domain/receiver.js';
import type { Subject, SubjectHash } from '../domain/subject.js';
import type { Timestamp } from '../domain/timestamp.js';
import type { Transition } from '../domain/transition.js';
import type { AccessClaims } from '../domain/session.js';
import type { User } from '../domain/user.js';
import type { GateEvidence } from '../domain/verdict.js';
import type { AuditReader } from './audit-log.js';
import type { Reconciliation } from './reconciliation-store.js';
import type { Span } from './span.js';
import type { Member } from './user-store.js';

/**
 * Every query. Each answer is of one moment, and of everything that was acknowledged before the question. What is not there
 * is left out or undefined, never an error.
 *
 * @public
 */
export interface RegistryReader {
  readonly events: EventReader;
  readonly receivers: ReceiverReader;
  readonly groups: GroupReader;
  readonly gates: GateReader;
  readonly reconciliations: ReconciliationReader;
  readonly apiKeys: ApiKeyReader;
  readonly users: UserReader;
  readonly audit: AuditReader;
}

/** @public Reads events. */
export interface EventReader {
  /** Those that exist, in no order. */
  byIds(ids: readonly EventId[]): Promise<readonly ProvenanceEvent[]>;
  /** By position, in `order`; `after` is a position. */
  search(filter: EventFilter, order: EventOrder, span: Span<number>): Promise<readonly ProvenanceEvent[]>;
  /** Events and transitions of a subject by increasing position; `after` is a position. */
  timeline(subjectHash: SubjectHash, span: Span<number>): Promise<readonly TimelineEntry[]>;
}

/** @public Something that happened to a subject. */
export type TimelineEntry =
  | { readonly kind: 'event'; readonly position: number; readonly event: ProvenanceEvent }
  | { readonly kind: 'transition'; readonly position: number; readonly transition: Transition };

/** @public Which receivers are wanted: those that fit everything that is given. */
export interface ReceiverFilter extends Partial<RegistryName> {
  readonly enabled?: boolean;
}

/** @public Reads receivers. */
export interface ReceiverReader {
  /** Those that exist, in no order. */
  byIds(ids: readonly ReceiverId[]): Promise<readonly Receiver[]>;
  /** By id, which is by creation. */
  list(filter: ReceiverFilter, span: Span<ReceiverId>): Promise<readonly Receiver[]>;
  /** By increasing version; `after` is a version. Empty when there is no such receiver, or no longer. */
  revisions(id: ReceiverId, span: Span<number>): Promise<readonly ReceiverRevision[]>;
}

/** @public Which groups are wanted: those that fit everything that is given. */
export interface GroupFilter extends Partial<RegistryName> {
  readonly enabled?: boolean;
  readonly receiverId?: ReceiverId;
}

/** @public Reads groups. */
export interface GroupReader {
  /** Undefined when there is none. */
  find(id: GroupId): Promise<GroupView | undefined>;
  /** By id, which is by creation. */
  list(filter: GroupFilter, span: Span<GroupId>): Promise<readonly GroupView[]>;
  /** By increasing version; `after` is a version. Empty when there is no such group, or no longer. */
  revisions(id: GroupId, span: Span<number>): Promise<readonly GroupRevision[]>;
}

/** @public A gate and a subject. */
export interface GateQuestion {
  readonly groupId: GroupId;
  readonly subjectHash: SubjectHash;
}

/** @public Where a subject stands on a gate's board. */
export interface BoardEntry {
  readonly subject: Subject;
  readonly complete: boolean;
  readonly generation: number;
  readonly since: Timestamp | undefined;
  /** Of the last change; unique on the board. */
  readonly position: number;
}

/** @public Reads gates. */
export interface GateReader {
  /** One for each question, in the order of the questions; undefined where there is no such group. */
  evidence(questions: readonly GateQuestion[]): Promise<readonly (GateEvidence | undefined)[]>;
  /** Of every enabled group that has a receiver with an event of the subject, by group id. */
  evidenceOfSubject(subjectHash: SubjectHash, span: Span<GroupId>): Promise<readonly GateEvidence[]>;
  /** The stored states of a group, newest change first; `after` is a position. */
  board(groupId: GroupId, complete: boolean | undefined, span: Span<number>): Promise<readonly BoardEntry[]>;
  /** The edges of a group, of one subject or of all, newest first; `after` is a position. */
  transitions(groupId: GroupId, subject: Partial<Subject>, span: Span<number>): Promise<readonly Transition[]>;
}

/** @public Reads what is left to settle. */
export interface ReconciliationReader {
  /** At most `limit`, in no order. */
  pending(limit: number): Promise<readonly Reconciliation[]>;
  /** Subjects that the group has a state for or its receivers an event of, by increasing hash. */
  subjects(groupId: GroupId, span: Span<SubjectHash>): Promise<readonly HashedSubject[]>;
}

/** @public A subject and its hash. */
export interface HashedSubject {
  readonly subject: Subject;
  readonly subjectHash: SubjectHash;
}

/** @public Reads API keys. */
export interface ApiKeyReader {
  /** By the hash of the key as it is or as it was before the last rotation; undefined when no key has it. */
  findByHash(hash: string): Promise<ApiKey | undefined>;
  /** By id, which is by creation; of one owner, or of all when that is undefined. */
  list(ownerId: UserId | undefined, span: Span<ApiKeyId>): Promise<readonly ApiKey[]>;
}

/** @public Which users are wanted: those that fit everything that is given. */
export interface UserFilter {
  /** Without regard to case. */
  readonly username?: string;
  readonly enabled?: boolean;
}

/** @public Reads users. */
export interface UserReader {
  /** Undefined when there is none. */
  find(id: UserId): Promise<User | undefined>;
  /** Without regard to case; undefined when there is none, whatever the text. `passwordHash` is undefined when they have no password here. */
  findForSignIn(username: string): Promise<UserForSignIn | undefined>;
  /** By id, which is by creation. */
  list(filter: UserFilter, span: Span<UserId>): Promise<readonly User[]>;
  /** The members of a group by user id. */
  members(groupId: GroupId, span: Span<UserId>): Promise<readonly Member[]>;
  /**
   * Whose token it is, as they are now; undefined when there is no such user, the token was revoked, or its session was ended, is
   * not there or is somebody else's. A session that has expired is there until it is forgotten. Whether the user is enabled, and
   * whether it is too late for token or session, is for the caller to see.
   */
  holderOf(claims: AccessClaims): Promise<User | undefined>;
}

/** @public */
export interface UserForSignIn {
  readonly user: User;
  readonly passwordHash: string | undefined;
}
