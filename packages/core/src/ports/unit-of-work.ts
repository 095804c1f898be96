import type { ReceiverId } from '../domain/ids.js';
import type { SubjectHash } from '../domain/subject.js';
import type { ApiKeyStore } from './api-key-store.js';
import type { AuditStore } from './audit-log.js';
import type { EventStore } from './event-store.js';
import type { GroupStore } from './group-store.js';
import type { KeptAnswers } from './kept-answers.js';
import type { ReceiverStore } from './receiver-store.js';
import type { ReconciliationStore } from './reconciliation-store.js';
import type { RoundTripStore, SessionStore } from './session-store.js';
import type { SigningKeyStore } from './signing-keys.js';
import type { MemberStore, UserStore } from './user-store.js';

/**
 * The only way to write.
 *
 * @public
 */
export interface UnitOfWork {
  /**
   * Runs `work` atomically and in isolation from every other run, in any process, whose scope meets its own: all of its
   * writes are kept when it resolves, none when it rejects, and the rejection is rethrown. Everything in `scope` is claimed
   * before `work` begins, always in the same order, so that two runs never wait for each other in a circle.
   *
   * `work` may run more than once before one run is kept, so it must do nothing that leaves the process. Within it reads see
   * everything that ended before, and its own writes.
   *
   * @throws StoreUnavailableError the store did not answer; whether anything was kept is then not known
   * @throws StoreRejectedError the store refused a value; nothing was kept
   */
  run<T>(scope: Scope, work: (stores: Stores) => Promise<T>): Promise<T>;
}

/**
 * What a unit of work claims. What is shared meets only what is exclusive; the rest meets itself.
 *
 * @public
 */
export interface Scope {
  /** Receivers that must not be changed, nor be put into or taken out of groups, meanwhile. */
  readonly sharedReceivers?: readonly ReceiverId[];
  /** Receivers that are changed, or whose groups are. */
  readonly exclusiveReceivers?: readonly ReceiverId[];
  /** Subjects that events are recorded for or gates are decided for. */
  readonly subjects?: readonly SubjectHash[];
  /** Idempotency keys, by their ids. */
  readonly keys?: readonly string[];
}

/**
 * What can be written, inside a unit of work only. Calls of one run may be made at the same time; they take effect in the
 * order in which they were made.
 *
 * @public
 */
export interface Stores {
  readonly events: EventStore;
  readonly receivers: ReceiverStore;
  readonly groups: GroupStore;
  readonly reconciliations: ReconciliationStore;
  readonly answers: KeptAnswers;
  readonly apiKeys: ApiKeyStore;
  readonly users: UserStore;
  readonly members: MemberStore;
  readonly sessions: SessionStore;
  readonly roundTrips: RoundTripStore;
  readonly audit: AuditStore;
  readonly signingKeys: SigningKeyStore;
}
