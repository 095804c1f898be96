import type {
  ApiKey,
  ApiKeyId,
  AuditEntry,
  AuditId,
  EventId,
  EventMark,
  GateState,
  Group,
  GroupId,
  GroupRevision,
  KeptAnswer,
  KeptSigningKey,
  Member,
  ProvenanceEvent,
  Receiver,
  ReceiverId,
  ReceiverRevision,
  Reconciliation,
  RefreshToken,
  RevokedToken,
  RoundTrip,
  Session,
  SessionId,
  Subject,
  SubjectHash,
  Transition,
  TransitionId,
  TokenId,
  User,
  UserId,
} from '@xzepr/core';

import type { FeedEntry } from '../backend-harness.js';
import { draftOf } from './table.js';
import type { DraftTable, ReadTable, Table } from './table.js';

interface EventRow {
  readonly event: ProvenanceEvent;
  readonly subjectHash: SubjectHash;
}

interface TransitionRow {
  readonly transition: Transition;
  readonly subjectHash: SubjectHash;
}

/** What a receiver has on a subject, kept up to date with each event so that no gate looks through all events. */
interface EvidenceRow {
  readonly receiverId: ReceiverId;
  readonly subject: Subject;
  readonly subjectHash: SubjectHash;
  readonly latest: EventMark;
  readonly latestSuccess: EventMark | undefined;
}

interface StateRow {
  readonly groupId: GroupId;
  readonly subject: Subject;
  readonly subjectHash: SubjectHash;
  readonly state: GateState;
  readonly position: number;
}

interface MemberRow {
  readonly groupId: GroupId;
  readonly member: Member;
}

/** @internal Key and row of each table. */
interface Rows {
  readonly events: [EventId, EventRow];
  readonly transitions: [TransitionId, TransitionRow];
  readonly evidence: [string, EvidenceRow];
  readonly states: [string, StateRow];
  readonly receivers: [ReceiverId, Receiver];
  readonly receiverRevisions: [string, ReceiverRevision];
  readonly groups: [GroupId, Group];
  readonly groupRevisions: [string, GroupRevision];
  readonly reconciliations: [GroupId, Reconciliation];
  readonly answers: [string, KeptAnswer];
  readonly apiKeys: [ApiKeyId, ApiKey];
  readonly users: [UserId, User];
  readonly passwords: [UserId, string];
  readonly identities: [string, UserId];
  readonly members: [string, MemberRow];
  readonly sessions: [SessionId, Session];
  readonly refreshTokens: [string, RefreshToken];
  readonly revokedTokens: [TokenId, RevokedToken];
  readonly roundTrips: [string, RoundTrip];
  readonly audit: [AuditId, AuditEntry];
  readonly signingKeys: [string, KeptSigningKey];
  readonly feed: [number, FeedEntry];
}

/** @internal Everything there is, for reading. */
export type ReadTables = { readonly [Name in keyof Rows]: ReadTable<Rows[Name][0], Rows[Name][1]> };
/** @internal Everything there is. */
export type Tables = { readonly [Name in keyof Rows]: Table<Rows[Name][0], Rows[Name][1]> };
/** @internal What is kept. */
export type KeptTables = { readonly [Name in keyof Rows]: Map<Rows[Name][0], Rows[Name][1]> };
type DraftTables = { readonly [Name in keyof Rows]: DraftTable<Rows[Name][0], Rows[Name][1]> };

/** @internal */
export function emptyTables(): KeptTables {
  return {
    events: new Map(),
    transitions: new Map(),
    evidence: new Map(),
    states: new Map(),
    receivers: new Map(),
    receiverRevisions: new Map(),
    groups: new Map(),
    groupRevisions: new Map(),
    reconciliations: new Map(),
    answers: new Map(),
    apiKeys: new Map(),
    users: new Map(),
    passwords: new Map(),
    identities: new Map(),
    members: new Map(),
    sessions: new Map(),
    refreshTokens: new Map(),
    revokedTokens: new Map(),
    roundTrips: new Map(),
    audit: new Map(),
    signingKeys: new Map(),
    feed: new Map(),
  };
}

/** @internal The tables of one unit of work, and what keeps its changes, all at once. */
export function draftTables(kept: KeptTables): { readonly tables: Tables; readonly keep: () => void } {
  const tables: DraftTables = {
    events: draftOf(kept.events),
    transitions: draftOf(kept.transitions),
    evidence: draftOf(kept.evidence),
    states: draftOf(kept.states),
    receivers: draftOf(kept.receivers),
    receiverRevisions: draftOf(kept.receiverRevisions),
    groups: draftOf(kept.groups),
    groupRevisions: draftOf(kept.groupRevisions),
    reconciliations: draftOf(kept.reconciliations),
    answers: draftOf(kept.answers),
    apiKeys: draftOf(kept.apiKeys),
    users: draftOf(kept.users),
    passwords: draftOf(kept.passwords),
    identities: draftOf(kept.identities),
    members: draftOf(kept.members),
    sessions: draftOf(kept.sessions),
    refreshTokens: draftOf(kept.refreshTokens),
    revokedTokens: draftOf(kept.revokedTokens),
    roundTrips: draftOf(kept.roundTrips),
    audit: draftOf(kept.audit),
    signingKeys: draftOf(kept.signingKeys),
    feed: draftOf(kept.feed),
  };
  return {
    tables,
    keep() {
      for (const table of Object.values(tables)) table.keep();
    },
  };
}

/** @internal Key of a row that belongs to a receiver or group and a subject. */
export function pairKey(id: ReceiverId | GroupId, subjectHash: SubjectHash): string {
  return `${id} ${subjectHash}`;
}

/** @internal Key of a revision. */
export function revisionKey(id: ReceiverId | GroupId, version: number): string {
  return `${id} ${String(version)}`;
}
