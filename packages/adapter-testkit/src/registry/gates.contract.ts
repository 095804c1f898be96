import assert from 'node:assert/strict';

import type { GroupView, ProvenanceEvent, Receiver, Transition } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { SUBJECT, subjectNamed } from '../scene.js';
import { ADMIN, eventInput, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

async function movesOf({ registry }: RegistryScene, group: GroupView): Promise<readonly string[]> {
  const { items } = await registry.listTransitions(ADMIN, group.id, {}, { limit: 1_000 });
  return items.toReversed().map(({ state, generation, cause }) => `${state} ${String(generation)} by ${cause.kind}`);
}

async function outcomesOf(scene: RegistryScene, group: GroupView): Promise<readonly string[]> {
  return (await scene.verdict(group)).receivers.map(({ outcome }) => outcome);
}

function edgesOf({ transitions }: ProvenanceEvent): readonly string[] {
  return transitions.map(({ state, generation }) => `${state} ${String(generation)}`);
}

/** @internal */
export const gatePromises: Promises<RegistryScene> = {
  'completes a gate with the last receiver that passes, in any order': async (scene) => {
    const receivers = [await scene.receiver(), await scene.receiver(), await scene.receiver()];
    const group = await scene.group(receivers);
    for (const [index, receiver] of receivers.toReversed().entries()) {
      assert.equal((await scene.verdict(group)).state, 'incomplete');
      assert.deepEqual(edgesOf(await scene.post(receiver)), index === 2 ? ['completed 1'] : []);
    }
    assert.deepEqual(await outcomesOf(scene, group), ['passing', 'passing', 'passing']);
    assert.equal((await scene.verdict(group)).state, 'complete');
  },
  'tells of an edge in the event, the timeline, the transitions, the board and the feed alike': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    const event = await scene.post(receiver);
    const [edge] = (await scene.registry.listTransitions(ADMIN, group.id, {})).items;
    assert.ok(edge !== undefined);
    const { id, position, ...rest } = edge;
    assert.deepEqual(rest, {
      ...{ groupId: group.id, subject: SUBJECT, state: 'completed', generation: 1, at: event.createdAt },
      cause: { kind: 'event', eventId: event.id },
    });
    assert.deepEqual(event.transitions, [{ groupId: group.id, state: 'completed', generation: 1 }]);
    assert.deepEqual(await scene.registry.getEvent(ADMIN, event.id), event);
    const { items: timeline } = await scene.registry.listTimeline(ADMIN, SUBJECT);
    assert.deepEqual(timeline, [
      { kind: 'event', position: event.position, event },
      { kind: 'transition', position, transition: edge },
    ]);
    const { items: board } = await scene.registry.listBoard(ADMIN, group.id);
    const entry = { subject: SUBJECT, complete: true, generation: 1, since: event.createdAt, position };
    assert.deepEqual(board, [entry]);
    assert.deepEqual((await scene.feed()).slice(-2), [
      { position: event.position, kind: 'event.recorded', reference: event.id },
      { position, kind: 'gate.completed', reference: id },
    ]);
  },
  'reopens a latest gate with a failure, and not an any gate': async (scene) => {
    const receiver = await scene.receiver();
    const [latest, any] = [await scene.group([receiver]), await scene.group([receiver], { policy: 'any' })];
    const first = await scene.post(receiver, { success: false });
    assert.deepEqual(edgesOf(first), []);
    const success = await scene.post(receiver);
    const failure = await scene.post(receiver, { success: false });
    assert.deepEqual(failure.transitions, [{ groupId: latest.id, state: 'reopened', generation: 2 }]);
    const [reopened, open] = [await scene.verdict(latest), await scene.verdict(any)];
    assert.deepEqual([reopened.state, reopened.generation, reopened.since], ['incomplete', 2, failure.createdAt]);
    assert.deepEqual([open.state, open.generation, open.since], ['complete', 1, success.createdAt]);
    const { id, name, type, version } = receiver;
    const cited = (outcome: string, event: ProvenanceEvent): object => ({
      ...{ id, name, type, version, outcome },
      ...{ eventId: event.id, at: event.createdAt },
    });
    assert.deepEqual(reopened.receivers, [cited('failing', failure)]);
    assert.deepEqual(open.receivers, [cited('passing', success)]);
  },
  'goes by the newest event of every receiver, not only of the one that reports': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const [latest, any] = [await scene.group([a, b]), await scene.group([a, b], { policy: 'any' })];
    for (const success of [true, false]) await scene.post(a, { success });
    const event = await scene.post(b);
    assert.deepEqual(event.transitions, [{ groupId: any.id, state: 'completed', generation: 1 }]);
    assert.deepEqual(await outcomesOf(scene, latest), ['failing', 'passing']);
    assert.deepEqual(await outcomesOf(scene, any), ['passing', 'passing']);
  },
  'numbers the edges of a gate and subject from 1, odd ones complete': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    const other = scene.another();
    for (const [index, success] of [true, true, false, false, true, false].entries()) {
      await (index % 2 === 0 ? scene.registry : other).recordEvent(ADMIN, eventInput(receiver, { success }));
      await scene.post(receiver, { subject: subjectNamed('other') });
    }
    const moves = (await scene.registry.listTransitions(ADMIN, group.id, SUBJECT)).items.toReversed();
    assert.deepEqual(
      moves.map(({ state, generation }) => `${state} ${String(generation)}`),
      ['completed 1', 'reopened 2', 'completed 3', 'reopened 4'],
    );
    const ids = (await scene.registry.listTransitions(ADMIN, group.id, {})).items.map(({ id }: Transition) => id);
    assert.equal(new Set(ids).size, 5);
  },
  'moves every gate that shares the receiver': async (scene) => {
    const [shared, own] = [await scene.receiver(), await scene.receiver()];
    const [alone, both] = [await scene.group([shared]), await scene.group([own, shared])];
    await scene.post(own);
    const event = await scene.post(shared);
    assert.deepEqual(event.transitions.map(({ groupId }) => groupId).toSorted(), [alone.id, both.id].toSorted());
    const failure = await scene.post(own, { success: false });
    assert.deepEqual(failure.transitions, [{ groupId: both.id, state: 'reopened', generation: 2 }]);
  },
  'completes a gate once when its last receivers report at once, through several registries': async (scene) => {
    const receivers: Receiver[] = [];
    for (let count = 0; count < 6; count += 1) receivers.push(await scene.receiver());
    const group = await scene.group(receivers);
    const registries = [scene.registry, scene.another(), scene.another()];
    for (let round = 0; round < 5; round += 1) {
      const subject = subjectNamed(`round ${String(round)}`);
      const events = await Promise.all(
        receivers.map((receiver, index) =>
          (registries[index % 3] ?? scene.registry).recordEvent(ADMIN, eventInput(receiver, { subject })),
        ),
      );
      assert.equal(events.flatMap(edgesOf).join(), 'completed 1');
    }
    assert.equal((await scene.registry.listTransitions(ADMIN, group.id, {})).items.length, 5);
  },
  'answers for a subject that nobody has seen': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const group = await scene.group([b, a], { policy: 'any' });
    const verdict = await scene.verdict(group, subjectNamed('nobody'));
    const outcome = ({ id, name, type, version }: Receiver): object => ({
      ...{ id, name, type, version },
      ...{ outcome: 'missing', eventId: undefined, at: undefined },
    });
    const { id, name, type, version } = group;
    assert.deepEqual(verdict, {
      ...{ group: { id, name, type, version, resourceVersion: 1 }, subject: subjectNamed('nobody'), policy: 'any' },
      ...{ state: 'incomplete', generation: 0, since: undefined, receivers: [outcome(b), outcome(a)] },
    });
    assert.deepEqual((await scene.registry.listVerdicts(ADMIN, subjectNamed('nobody'))).items, []);
  },
  'answers for every enabled group that the subject concerns': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const [first, second] = [await scene.group([a, b]), await scene.group([a])];
    const disabled = await scene.group([a], { enabled: false });
    await scene.group([b]);
    await scene.post(a);
    const { items } = await scene.registry.listVerdicts(ADMIN, SUBJECT);
    assert.deepEqual(items, [await scene.verdict(first), await scene.verdict(second)]);
    assert.equal((await scene.verdict(disabled)).state, 'disabled');
  },
  'leaves a disabled gate where it stands': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    await scene.post(receiver);
    await scene.registry.changeGroup(ADMIN, group.id, { enabled: false });
    assert.deepEqual((await scene.post(receiver, { success: false })).transitions, []);
    const verdict = await scene.verdict(group);
    assert.deepEqual([verdict.state, verdict.generation], ['disabled', 1]);
    assert.deepEqual(
      verdict.receivers.map(({ outcome }) => outcome),
      ['failing'],
    );
    assert.deepEqual(await movesOf(scene, group), ['completed 1 by event']);
    assert.equal((await scene.registry.listBoard(ADMIN, group.id)).items[0]?.complete, true);
  },
  'shows on its board every subject it has met, the newest change first': async (scene) => {
    const [a, b] = [await scene.receiver(), await scene.receiver()];
    const group = await scene.group([a, b]);
    for (const name of ['one', 'two', 'three']) await scene.post(a, { subject: subjectNamed(name) });
    await scene.post(b, { subject: subjectNamed('one') });
    await scene.post(a, { subject: subjectNamed('two') });
    const names = async (complete?: boolean): Promise<readonly string[]> => {
      const page = complete === undefined ? {} : { complete };
      const { items } = await scene.registry.listBoard(ADMIN, group.id, page);
      return items.map(({ subject }) => subject.name);
    };
    assert.deepEqual(await names(), ['one', 'three', 'two']);
    assert.deepEqual(await names(true), ['one']);
    assert.deepEqual(await names(false), ['three', 'two']);
  },
  'knows a gate no more that was deleted, and keeps its events and edges': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    const event = await scene.post(receiver);
    await scene.registry.deleteGroup(ADMIN, group.id);
    await refusal(scene.verdict(group), 'NOT_FOUND');
    await refusal(scene.registry.listBoard(ADMIN, group.id), 'NOT_FOUND');
    await refusal(scene.registry.listTransitions(ADMIN, group.id, {}), 'NOT_FOUND');
    assert.deepEqual((await scene.post(receiver, { success: false })).transitions, []);
    assert.deepEqual(await scene.registry.getEvent(ADMIN, event.id), event);
    assert.equal((await scene.registry.listTimeline(ADMIN, SUBJECT)).items.length, 3);
  },
};
