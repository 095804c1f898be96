/* eslint-disable @typescript-eslint/require-await -- ports answer by promises: async makes one of what is at hand, and of what is thrown */
import type {
  EventFilter,
  EventReader,
  GroupReader,
  ProvenanceEvent,
  ReceiverReader,
  ReconciliationReader,
  RegistryName,
  RegistryReader,
  TimelineEntry,
  Timestamp,
} from '@xzepr/core';

import { memoryApiKeyReader, memoryAuditReader, memoryUserReader } from './memory-identity-reader.js';
import { memoryGateReader } from './memory-gate-reader.js';
import { fitsSubject, groupView, spanOf } from './memory-rows.js';
import type { ReadTables } from './tables.js';

/** @internal Reads what was kept: each answer is made in one go, so it is of one moment. */
export function memoryReader(tables: ReadTables): RegistryReader {
  return {
    events: eventReader(tables),
    receivers: receiverReader(tables),
    groups: groupReader(tables),
    gates: memoryGateReader(tables),
    reconciliations: reconciliationReader(tables),
    apiKeys: memoryApiKeyReader(tables),
    users: memoryUserReader(tables),
    audit: memoryAuditReader(tables),
  };
}

function eventReader(tables: ReadTables): EventReader {
  return {
    async byIds(ids) {
      return [...new Set(ids)].flatMap((id) => tables.events.get(id)?.event ?? []);
    },
    async search(filter, order, span) {
      const found = [...tables.events.values()].map(({ event }) => event).filter((event) => fits(event, filter));
      return spanOf(found, ({ position }) => position, span, order);
    },
    async timeline(subjectHash, span) {
      const entries: TimelineEntry[] = [];
      for (const { event, subjectHash: hash } of tables.events.values()) {
        if (hash === subjectHash) entries.push({ kind: 'event', position: event.position, event });
      }
      for (const { transition, subjectHash: hash } of tables.transitions.values()) {
        if (hash === subjectHash) entries.push({ kind: 'transition', position: transition.position, transition });
      }
      return spanOf(entries, ({ position }) => position, span);
    },
  };
}

function fits(event: ProvenanceEvent, { receiverId, success, from, to, ...subject }: EventFilter): boolean {
  if (receiverId !== undefined && event.receiverId !== receiverId) return false;
  if (success !== undefined && event.success !== success) return false;
  return isWithin(event.createdAt, from, to) && fitsSubject(event.subject, subject);
}

function isWithin(time: Timestamp, from: Timestamp | undefined, to: Timestamp | undefined): boolean {
  return (from === undefined || from <= time) && (to === undefined || time < to);
}

function receiverReader(tables: ReadTables): ReceiverReader {
  return {
    async byIds(ids) {
      return [...new Set(ids)].flatMap((id) => tables.receivers.get(id) ?? []);
    },
    async list({ enabled, ...name }, span) {
      const found = [...tables.receivers.values()].filter(
        (receiver) => fitsName(receiver, name) && (enabled === undefined || receiver.enabled === enabled),
      );
      return spanOf(found, ({ id }) => id, span);
    },
    async revisions(id, span) {
      if (tables.receivers.get(id) === undefined) return [];
      const found = [...tables.receiverRevisions.values()].filter((revision) => revision.id === id);
      return spanOf(found, ({ resourceVersion }) => resourceVersion, span);
    },
  };
}

function groupReader(tables: ReadTables): GroupReader {
  return {
    async find(id) {
      const group = tables.groups.get(id);
      return group === undefined ? undefined : groupView(tables, group);
    },
    async list({ enabled, receiverId, ...name }, span) {
      const found = [...tables.groups.values()].filter(
        (group) =>
          fitsName(group, name) &&
          (enabled === undefined || group.enabled === enabled) &&
          (receiverId === undefined || group.receiverIds.includes(receiverId)),
      );
      return spanOf(found, ({ id }) => id, span).map((group) => groupView(tables, group));
    },
    async revisions(id, span) {
      if (tables.groups.get(id) === undefined) return [];
      const found = [...tables.groupRevisions.values()].filter((revision) => revision.id === id);
      return spanOf(found, ({ resourceVersion }) => resourceVersion, span);
    },
  };
}

function fitsName(row: RegistryName, { name, type, version }: Partial<RegistryName>): boolean {
  return (
    (name === undefined || row.name === name) &&
    (type === undefined || row.type === type) &&
    (version === undefined || row.version === version)
  );
}

function reconciliationReader(tables: ReadTables): ReconciliationReader {
  return {
    async pending(limit) {
      return [...tables.reconciliations.values()].slice(0, limit);
    },
    async subjects(groupId, span) {
      const group = tables.groups.get(groupId);
      if (group === undefined) return [];
      const states = [...tables.states.values()].filter((state) => state.groupId === groupId);
      const evidence = [...tables.evidence.values()].filter(({ receiverId }) => group.receiverIds.includes(receiverId));
      const subjects = new Map([...states, ...evidence].map(({ subject, subjectHash }) => [subjectHash, subject]));
      const hashed = [...subjects].map(([subjectHash, subject]) => ({ subject, subjectHash }));
      return spanOf(hashed, ({ subjectHash }) => subjectHash, span);
    },
  };
}
