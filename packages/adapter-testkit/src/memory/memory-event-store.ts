/* eslint-disable @typescript-eslint/require-await -- ports answer by promises: async makes one of what is at hand, and of what is thrown */
import { NO_EVENTS } from '@xzepr/core';
import type {
  EventMark,
  EventStore,
  Fact,
  GateContext,
  GateStateChange,
  Group,
  NewEvent,
  NewTransition,
  ReceiverId,
  Standing,
  SubjectHash,
} from '@xzepr/core';

import type { Run } from './run.js';
import { pairKey } from './tables.js';
import type { Tables } from './tables.js';

/** @internal */
export function memoryEventStore(run: Run): EventStore {
  const { tables, claims } = run;
  return {
    async gatesTouchedBy(posts) {
      const contexts = new Map<string, GateContext>();
      for (const { receiverId, subjectHash } of posts) {
        claims.sharedReceiver(receiverId);
        claims.subject(subjectHash);
        for (const group of tables.groups.values()) {
          if (!group.enabled || !group.receiverIds.includes(receiverId)) continue;
          contexts.set(pairKey(group.id, subjectHash), contextOf(tables, group, subjectHash));
        }
      }
      return [...contexts.values()];
    },
    async gatesOf(groupId, subjects) {
      subjects.forEach(claims.subject);
      const group = tables.groups.get(groupId);
      return group === undefined ? [] : [...new Set(subjects)].map((hash) => contextOf(tables, group, hash));
    },
    async append(facts, states) {
      const positions = facts.map((fact) => appended(run, fact));
      for (const change of states) place(run, change, positions);
      return positions;
    },
  };
}

function contextOf(tables: Tables, group: Group, subjectHash: SubjectHash): GateContext {
  const { id: groupId, policy, ruleVersion, receiverIds } = group;
  const standings = receiverIds.map((receiverId) => standingOf(tables, receiverId, subjectHash));
  const stored = tables.states.get(pairKey(groupId, subjectHash))?.state;
  return { groupId, subjectHash, policy, ruleVersion, receiverIds, standings, stored };
}

function standingOf(tables: Tables, receiverId: ReceiverId, subjectHash: SubjectHash): Standing {
  const evidence = tables.evidence.get(pairKey(receiverId, subjectHash));
  if (evidence === undefined) return NO_EVENTS;
  return { latest: evidence.latest.success, everSucceeded: evidence.latestSuccess !== undefined };
}

function appended(run: Run, fact: Fact): number {
  const position = run.nextPosition();
  if (fact.kind === 'event') appendEvent(run, fact.event, position);
  else appendTransition(run, fact.transition, position);
  return position;
}

function appendEvent({ tables, claims }: Run, newEvent: NewEvent, position: number): void {
  const { subjectHash, ...event } = newEvent;
  const { id, receiverId, subject, success, createdAt } = event;
  claims.sharedReceiver(receiverId);
  claims.subject(subjectHash);
  tables.events.set(id, { event: { ...event, position, transitions: [] }, subjectHash });
  tables.feed.set(position, { position, kind: 'event.recorded', reference: id });
  const key = pairKey(receiverId, subjectHash);
  const mark: EventMark = { eventId: id, success, at: createdAt };
  const latestSuccess = success ? mark : tables.evidence.get(key)?.latestSuccess;
  tables.evidence.set(key, { receiverId, subject, subjectHash, latest: mark, latestSuccess });
}

function appendTransition({ tables, claims }: Run, newTransition: NewTransition, position: number): void {
  const { subjectHash, ...edge } = newTransition;
  const { id, groupId, state, generation, cause } = edge;
  claims.subject(subjectHash);
  tables.transitions.set(id, { transition: { ...edge, position }, subjectHash });
  const kind = state === 'completed' ? 'gate.completed' : 'gate.reopened';
  tables.feed.set(position, { position, kind, reference: id });
  const row = cause.kind === 'event' ? tables.events.get(cause.eventId) : undefined;
  if (row === undefined) return;
  const transitions = [...row.event.transitions, { groupId, state, generation }];
  tables.events.set(row.event.id, { ...row, event: { ...row.event, transitions } });
}

function place(run: Run, change: GateStateChange, positions: readonly number[]): void {
  const { tables, claims } = run;
  const { groupId, subject, subjectHash, state, fact } = change;
  claims.subject(subjectHash);
  const key = pairKey(groupId, subjectHash);
  const moved = fact === undefined ? tables.states.get(key)?.position : positions[fact];
  tables.states.set(key, { groupId, subject, subjectHash, state, position: moved ?? run.nextPosition() });
}
