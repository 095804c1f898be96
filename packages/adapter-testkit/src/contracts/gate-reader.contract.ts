import assert from 'node:assert/strict';

import type { EventMark, GateEvidence, Group, GroupId, NewEvent, Receiver, ReceiverEvidence } from '@xzepr/core';

import { ALL, inParts } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import { SUBJECT, eventFact, hashOf, stateOf, subjectNamed } from '../scene.js';
import type { Scene } from '../scene.js';
import { boardPromises } from './gate-board.contract.js';
import { declareStorage } from './storage.contract.js';

const HASH = hashOf(SUBJECT);

function markOf({ id, success, createdAt }: NewEvent): EventMark {
  return { eventId: id, success, at: createdAt };
}

function evidenceOf(receiver: Receiver, latest?: NewEvent, latestSuccess?: NewEvent): ReceiverEvidence {
  const { id, name, type, version } = receiver;
  const marks = [latest, latestSuccess].map((event) => event && markOf(event));
  return { id, name, type, version, latest: marks[0], latestSuccess: marks[1] };
}

function unmoved(group: Group, receivers: readonly ReceiverEvidence[]): GateEvidence {
  return { group: { ...group, reconciling: false }, receivers, generation: 0, since: undefined };
}

async function ofSubject({ reader }: Scene, name: string): Promise<readonly GroupId[]> {
  const evidence = await reader.gates.evidenceOfSubject(hashOf(subjectNamed(name)), ALL);
  return evidence.map(({ group }) => group.id);
}

/** @internal */
export const gateReaderPromises: Promises<Scene> = {
  'shows the newest event and the newest success of each receiver, in the order of the group': async (scene) => {
    const [a, b, c] = [await scene.receiver(), await scene.receiver(), await scene.receiver()];
    const group = await scene.group([c, a, b]);
    const [, good, bad] = [await scene.event(a), await scene.event(a), await scene.event(a, { success: false })];
    const failed = await scene.event(b, { success: false });
    await scene.event(c, { subject: subjectNamed('other') });
    const [evidence] = await scene.reader.gates.evidence([{ groupId: group.id, subjectHash: HASH }]);
    const receivers = [evidenceOf(c), evidenceOf(a, bad, good), evidenceOf(b, failed)];
    assert.deepEqual(evidence, unmoved(group, receivers));
  },
  'takes for the newest event the one with the highest position, whatever its id or time': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    const [first, second] = [scene.newEvent(receiver), scene.newEvent(receiver)];
    await scene.append([eventFact(second), eventFact(first)]);
    const [evidence] = await scene.reader.gates.evidence([{ groupId: group.id, subjectHash: HASH }]);
    assert.deepEqual(evidence?.receivers, [evidenceOf(receiver, first, first)]);
  },
  'shows how often a gate has moved for the subject, and when last': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    const since = scene.now();
    await scene.append([], [stateOf(group, SUBJECT, undefined, { complete: true, generation: 3, since })]);
    const [own, other] = await scene.reader.gates.evidence([
      { groupId: group.id, subjectHash: HASH },
      { groupId: group.id, subjectHash: hashOf(subjectNamed('other')) },
    ]);
    assert.deepEqual([own?.generation, own?.since], [3, since]);
    assert.deepEqual([other?.generation, other?.since], [0, undefined]);
  },
  'answers questions in their order, also the same twice, and undefined where there is no group': async (scene) => {
    const receiver = await scene.receiver();
    const [a, b] = [await scene.group([receiver]), await scene.group([receiver], { enabled: false, policy: 'any' })];
    await scene.unitOfWork.run({}, ({ reconciliations }) => reconciliations.start(b.id, 1));
    const unknown = scene.newId() as GroupId;
    const asked = [b.id, unknown, a.id, b.id].map((groupId) => ({ groupId, subjectHash: HASH }));
    const [first, second, third, fourth] = await scene.reader.gates.evidence(asked);
    assert.deepEqual(first?.group, { ...b, reconciling: true });
    assert.deepEqual(fourth, first);
    assert.equal(second, undefined);
    assert.deepEqual(third, unmoved(a, [evidenceOf(receiver)]));
    assert.deepEqual(await scene.reader.gates.evidence([]), []);
  },
  'shows every enabled group that has a receiver with an event of the subject, once': async (scene) => {
    const [a, b, c] = [await scene.receiver(), await scene.receiver(), await scene.receiver()];
    const [both, one] = [await scene.group([a, b]), await scene.group([c, b])];
    await scene.group([c]);
    await scene.group([a], { enabled: false });
    const changed = await scene.group([a]);
    await scene.event(a, { subject: subjectNamed('s') });
    await scene.event(b, { subject: subjectNamed('s'), success: false });
    await scene.replaceGroup(changed, { ...changed, receiverIds: [c.id], resourceVersion: 2, ruleVersion: 2 });
    assert.deepEqual(await ofSubject(scene, 's'), [both.id, one.id]);
    assert.deepEqual(await ofSubject(scene, 'nobody'), []);
    const questions = [both, one].map((group) => ({ groupId: group.id, subjectHash: hashOf(subjectNamed('s')) }));
    assert.deepEqual(
      await scene.reader.gates.evidenceOfSubject(hashOf(subjectNamed('s')), ALL),
      await scene.reader.gates.evidence(questions),
    );
  },
  'lists the groups of a subject by id, in parts of any length': async (scene) => {
    const receiver = await scene.receiver();
    const made = [];
    for (let count = 0; count < 5; count += 1) made.push(await scene.group([receiver]));
    await scene.event(receiver);
    for (const limit of [1, 2, 5, 100]) {
      const read = await inParts(
        limit,
        ({ group }: GateEvidence) => group.id,
        (span) => scene.reader.gates.evidenceOfSubject(HASH, span),
      );
      assert.deepEqual(
        read.map(({ group }) => group.id),
        made.map(({ id }) => id),
      );
    }
  },
};

/**
 * What `GateReader` promises.
 *
 * @public
 */
export function gateReaderContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'gate reader', open, { evidence: gateReaderPromises, boards: boardPromises });
}
