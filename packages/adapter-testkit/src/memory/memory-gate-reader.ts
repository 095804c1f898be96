/* eslint-disable @typescript-eslint/require-await -- ports answer by promises: async makes one of what is at hand, and of what is thrown */
import type { GateEvidence, GateReader, Group, ReceiverEvidence, ReceiverId, SubjectHash } from '@xzepr/core';

import { fitsSubject, groupView, spanOf } from './memory-rows.js';
import { pairKey } from './tables.js';
import type { ReadTables } from './tables.js';

/** @internal */
export function memoryGateReader(tables: ReadTables): GateReader {
  return {
    async evidence(questions) {
      return questions.map(({ groupId, subjectHash }) => {
        const group = tables.groups.get(groupId);
        return group === undefined ? undefined : evidenceOf(tables, group, subjectHash);
      });
    },
    async evidenceOfSubject(subjectHash, span) {
      const concerned = [...tables.groups.values()].filter(
        ({ enabled, receiverIds }) =>
          enabled && receiverIds.some((id) => tables.evidence.get(pairKey(id, subjectHash)) !== undefined),
      );
      return spanOf(concerned, ({ id }) => id, span).map((group) => evidenceOf(tables, group, subjectHash));
    },
    async board(groupId, complete, span) {
      const rows = [...tables.states.values()].filter(
        (row) => row.groupId === groupId && (complete === undefined || row.state.complete === complete),
      );
      return spanOf(rows, ({ position }) => position, span, 'desc').map(({ subject, state, position }) => ({
        subject,
        complete: state.complete,
        generation: state.generation,
        since: state.since,
        position,
      }));
    },
    async transitions(groupId, subject, span) {
      const edges = [...tables.transitions.values()]
        .map(({ transition }) => transition)
        .filter((transition) => transition.groupId === groupId && fitsSubject(transition.subject, subject));
      return spanOf(edges, ({ position }) => position, span, 'desc');
    },
  };
}

function evidenceOf(tables: ReadTables, group: Group, subjectHash: SubjectHash): GateEvidence {
  const state = tables.states.get(pairKey(group.id, subjectHash))?.state;
  return {
    group: groupView(tables, group),
    receivers: group.receiverIds.map((id) => receiverEvidence(tables, id, subjectHash)),
    generation: state?.generation ?? 0,
    since: state?.since,
  };
}

function receiverEvidence(tables: ReadTables, id: ReceiverId, subjectHash: SubjectHash): ReceiverEvidence {
  const receiver = tables.receivers.get(id);
  if (receiver === undefined) throw new Error(`a group refers to receiver ${id}, which is not there`);
  const { name, type, version } = receiver;
  const evidence = tables.evidence.get(pairKey(id, subjectHash));
  return { id, name, type, version, latest: evidence?.latest, latestSuccess: evidence?.latestSuccess };
}
