import assert from 'node:assert/strict';

import type { BoardEntry, Group, GroupId, Subject, Transition } from '@xzepr/core';

import { ALL, inParts, subsetsOf } from '../awkward.js';
import type { Promises } from '../contract.js';
import { SUBJECT, eventFact, hashOf, stateOf, subjectNamed, transitionFact } from '../scene.js';
import type { Scene } from '../scene.js';

function board({ reader }: Scene, group: Group, complete?: boolean): Promise<readonly BoardEntry[]> {
  return reader.gates.board(group.id, complete, ALL);
}

async function names(scene: Scene, group: Group, complete?: boolean): Promise<readonly string[]> {
  return (await board(scene, group, complete)).map(({ subject }) => subject.name);
}

/** An event of each of the subjects, at which its gate stands anew. */
async function meet(
  scene: Scene,
  group: Group,
  subjects: readonly string[],
  complete = false,
): Promise<readonly number[]> {
  const [receiverId] = group.receiverIds;
  const [receiver] = await scene.reader.receivers.byIds(receiverId === undefined ? [] : [receiverId]);
  if (receiver === undefined) throw new Error('the group has no receiver');
  const facts = subjects.map((name) => eventFact(scene.newEvent(receiver, { subject: subjectNamed(name) })));
  const states = subjects.map((name, index) => stateOf(group, subjectNamed(name), index, { complete, generation: 1 }));
  return scene.append(facts, states);
}

/** Edges of several subjects, each of which differs from the first in one field. */
async function edges(scene: Scene, group: Group): Promise<readonly Transition[]> {
  const others = (Object.keys(SUBJECT) as (keyof Subject)[]).map((field) => ({ ...SUBJECT, [field]: 'another' }));
  const news = [SUBJECT, ...others, SUBJECT].map((subject, index) => {
    const state = index === 6 ? 'reopened' : 'completed';
    return scene.newTransition(group, subject, { state, generation: index === 6 ? 2 : 1 });
  });
  const positions = await scene.append(news.map(transitionFact));
  return news.map(({ subjectHash: _hash, ...edge }, index) => ({ ...edge, position: positions[index] ?? NaN }));
}

/** @internal */
export const boardPromises: Promises<Scene> = {
  'shows where each subject stands': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    await scene.group([await scene.receiver()]);
    const since = scene.now();
    const [position] = await meet(scene, group, ['a']);
    await scene.append([], [stateOf(group, subjectNamed('a'), undefined, { complete: true, generation: 3, since })]);
    const subject = subjectNamed('a');
    assert.deepEqual(await board(scene, group), [{ subject, complete: true, generation: 3, since, position }]);
    const other = { ...group, id: scene.newId() as GroupId };
    assert.deepEqual(await board(scene, other), []);
  },
  'shows the newest change first, and a subject that has moved again at the top': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    await meet(scene, group, ['a', 'b', 'c']);
    assert.deepEqual(await names(scene, group), ['c', 'b', 'a']);
    const [position] = await meet(scene, group, ['a']);
    assert.deepEqual(await names(scene, group), ['a', 'c', 'b']);
    assert.equal((await board(scene, group))[0]?.position, position);
  },
  'leaves a subject its place when no fact moved it': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    await meet(scene, group, ['a', 'b']);
    await scene.append([], [stateOf(group, subjectNamed('a'), undefined, { ruleVersion: 2 })]);
    assert.deepEqual(await names(scene, group), ['b', 'a']);
  },
  'gives a new subject a place of its own when no fact moved it': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    await meet(scene, group, ['a']);
    await scene.append(
      [],
      ['b', 'c', 'd'].map((name) => stateOf(group, subjectNamed(name), undefined)),
    );
    await meet(scene, group, ['e', 'f', 'g']);
    const entries = await board(scene, group);
    assert.equal(new Set(entries.map(({ position }) => position)).size, 7);
    assert.deepEqual(
      [...entries.slice(0, 3), ...entries.slice(-1)].map(({ subject }) => subject.name),
      ['g', 'f', 'e', 'a'],
    );
  },
  'shows those that are complete, or those that are not': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    await meet(scene, group, ['a', 'b'], true);
    await meet(scene, group, ['c', 'd']);
    assert.deepEqual(await names(scene, group, true), ['b', 'a']);
    assert.deepEqual(await names(scene, group, false), ['d', 'c']);
  },
  'lists a board in parts of any length': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    await meet(scene, group, ['a', 'b', 'c', 'd', 'e'], true);
    await meet(scene, group, ['f']);
    for (const complete of [undefined, true]) {
      for (const limit of [1, 2, 5, 100]) {
        const read = await inParts(
          limit,
          ({ position }: BoardEntry) => position,
          (span) => scene.reader.gates.board(group.id, complete, span),
        );
        assert.deepEqual(read, await board(scene, group, complete));
      }
    }
  },
  'lists the edges of a group, newest first, of subjects that fit any fields': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    const other = await scene.group([await scene.receiver()]);
    await edges(scene, other);
    const all = (await edges(scene, group)).toReversed();
    for (const some of subsetsOf(SUBJECT)) {
      const expected = all.filter(({ subject }) =>
        Object.entries(some).every(([field, value]) => subject[field as keyof Subject] === value),
      );
      assert.deepEqual(await scene.reader.gates.transitions(group.id, some, ALL), expected, JSON.stringify(some));
    }
    for (const limit of [1, 3, 7, 100]) {
      const read = await inParts(
        limit,
        ({ position }: Transition) => position,
        (span) => scene.reader.gates.transitions(group.id, {}, span),
      );
      assert.deepEqual(read, all);
    }
  },
  'tells of an edge what caused it': async (scene) => {
    const receiver = await scene.receiver();
    const group = await scene.group([receiver]);
    const event = scene.newEvent(receiver);
    const byEvent = scene.newTransition(group, SUBJECT, { cause: { kind: 'event', eventId: event.id } });
    const cause = { kind: 'group_changed', resourceVersion: 12 } as const;
    const byChange = scene.newTransition(group, SUBJECT, { state: 'reopened', generation: 2, cause });
    const [, first, second] = await scene.append([eventFact(event), transitionFact(byEvent), transitionFact(byChange)]);
    const expected = [
      { ...byChange, position: second },
      { ...byEvent, position: first },
    ].map(({ subjectHash: _hash, ...edge }) => edge);
    assert.deepEqual(await scene.reader.gates.transitions(group.id, {}, ALL), expected);
    assert.equal((await scene.reader.events.timeline(hashOf(SUBJECT), ALL)).length, 3);
  },
};
