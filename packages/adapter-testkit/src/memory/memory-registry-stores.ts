/* eslint-disable @typescript-eslint/require-await -- ports answer by promises: async makes one of what is at hand, and of what is thrown */
import type { Group, GroupStore, Receiver, ReceiverId, ReceiverStore, RegistryName } from '@xzepr/core';

import { announce } from './run.js';
import type { Run } from './run.js';
import { revisionKey } from './tables.js';
import type { Tables } from './tables.js';

/** @internal */
export function memoryReceiverStore(run: Run): ReceiverStore {
  const { tables, claims } = run;
  const keep = (receiver: Receiver, changedBy: string): void => {
    tables.receivers.set(receiver.id, receiver);
    tables.receiverRevisions.set(revisionKey(receiver.id, receiver.resourceVersion), { ...receiver, changedBy });
  };
  return {
    async stamps(ids) {
      return [...new Set(ids)].flatMap((id) => {
        const receiver = tables.receivers.get(id);
        return receiver === undefined
          ? []
          : [{ id, enabled: receiver.enabled, resourceVersion: receiver.resourceVersion }];
      });
    },
    async find(id) {
      return tables.receivers.get(id);
    },
    async add(receiver) {
      const holder = holderOf(tables.receivers.values(), receiver);
      if (holder !== undefined) return { kind: 'taken', by: holder.id };
      keep(receiver, receiver.createdBy);
      announce(run, 'receiver.created', receiver.id);
      return { kind: 'added' };
    },
    async replace(receiver, changedBy) {
      claims.exclusiveReceiver(receiver.id);
      keep(receiver, changedBy);
      announce(run, 'receiver.updated', receiver.id);
    },
    async remove({ id }) {
      claims.exclusiveReceiver(id);
      if (isReferredTo(tables, id)) return 'in-use';
      tables.receivers.delete(id);
      announce(run, 'receiver.deleted', id);
      return 'removed';
    },
  };
}

/** @internal */
export function memoryGroupStore(run: Run): GroupStore {
  const { tables, claims } = run;
  const keep = (group: Group, changedBy: string): void => {
    tables.groups.set(group.id, group);
    tables.groupRevisions.set(revisionKey(group.id, group.resourceVersion), { ...group, changedBy });
  };
  return {
    async find(id) {
      return tables.groups.get(id);
    },
    async add(group) {
      group.receiverIds.forEach(claims.exclusiveReceiver);
      const holder = holderOf(tables.groups.values(), group);
      if (holder !== undefined) return { kind: 'taken', by: holder.id };
      keep(group, group.createdBy);
      announce(run, 'group.created', group.id);
      return { kind: 'added' };
    },
    async replace(group, changedBy) {
      const before = tables.groups.get(group.id)?.receiverIds ?? [];
      [...before, ...group.receiverIds].forEach(claims.exclusiveReceiver);
      keep(group, changedBy);
      announce(run, 'group.updated', group.id);
    },
    async remove(group) {
      group.receiverIds.forEach(claims.exclusiveReceiver);
      tables.groups.delete(group.id);
      tables.reconciliations.delete(group.id);
      announce(run, 'group.deleted', group.id);
    },
  };
}

function holderOf<Row extends RegistryName>(rows: Iterable<Row>, wanted: RegistryName): Row | undefined {
  for (const row of rows) {
    if (row.name === wanted.name && row.type === wanted.type && row.version === wanted.version) return row;
  }
  return undefined;
}

function isReferredTo(tables: Tables, id: ReceiverId): boolean {
  for (const group of tables.groups.values()) if (group.receiverIds.includes(id)) return true;
  for (const { receiverId } of tables.evidence.values()) if (receiverId === id) return true;
  return false;
}
