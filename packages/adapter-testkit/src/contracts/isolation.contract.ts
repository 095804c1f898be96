import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';

import type { Stores, SubjectHash } from '@xzepr/core';

import { ALL } from '../awkward.js';
import type { Promises } from '../contract.js';
import { SUBJECT, eventFact, hashOf, stateOf, subjectNamed } from '../scene.js';
import type { Scene } from '../scene.js';

const AT_ONCE = 12;

function atOnce<T>(run: (index: number) => Promise<T>, times: number = AT_ONCE): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => run(index)));
}

/** @internal Each of these goes wrong when two units of work read before either has written. */
export const isolationPromises: Promises<Scene> = {
  'keeps units of work on one subject apart': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    const hash = hashOf(SUBJECT);
    await atOnce(() =>
      scene.unitOfWork.run({ subjects: [hash] }, async ({ events }) => {
        const [context] = await events.gatesOf(group.id, [hash]);
        const generation = (context?.stored?.generation ?? 0) + 1;
        await events.append([], [stateOf(group, SUBJECT, undefined, { generation })]);
      }),
    );
    const [entry] = await scene.reader.gates.board(group.id, undefined, ALL);
    assert.equal(entry?.generation, AT_ONCE);
  },
  'keeps units of work apart that share one of several subjects': async (scene) => {
    const group = await scene.group([await scene.receiver()]);
    const shared = subjectNamed('shared');
    await atOnce((index) => {
      const own = hashOf(subjectNamed(`own ${String(index)}`));
      const subjects = index % 2 === 0 ? [own, hashOf(shared)] : [hashOf(shared), own];
      return scene.unitOfWork.run({ subjects }, async ({ events }) => {
        const [context] = await events.gatesOf(group.id, [hashOf(shared)]);
        const generation = (context?.stored?.generation ?? 0) + 1;
        await events.append([], [stateOf(group, shared, undefined, { generation })]);
      });
    });
    const [entry] = await scene.reader.gates.board(group.id, undefined, ALL);
    assert.equal(entry?.generation, AT_ONCE);
  },
  'keeps units of work that change one receiver apart': async (scene) => {
    const { id } = await scene.receiver();
    await atOnce(() =>
      scene.unitOfWork.run({ exclusiveReceivers: [id] }, async ({ receivers }) => {
        const current = await receivers.find(id);
        if (current === undefined) throw new Error('the receiver is gone');
        await receivers.replace({ ...current, resourceVersion: current.resourceVersion + 1 }, 'changer');
      }),
    );
    const [receiver] = await scene.reader.receivers.byIds([id]);
    assert.equal(receiver?.resourceVersion, 1 + AT_ONCE);
    assert.equal((await scene.reader.receivers.revisions(id, ALL)).length, 1 + AT_ONCE);
  },
  'keeps units of work on one idempotency key apart': async (scene) => {
    const keyId = 'b'.repeat(64);
    const first = await atOnce((index) =>
      scene.unitOfWork.run({ keys: [keyId] }, async ({ answers }) => {
        if ((await answers.find([keyId])).length > 0) return false;
        await answers.keep([{ keyId, requestDigest: keyId, answer: String(index), keptAt: scene.now() }]);
        return true;
      }),
    );
    assert.equal(first.filter(Boolean).length, 1);
  },
  'lets nobody change a receiver while others post to it': async (scene) => {
    const { id } = await scene.receiver();
    await atOnce((index) =>
      index % 3 === 0 ? changeReceiver(scene, id) : post(scene, id, `subject ${String(index)}`),
    );
    let version = 1;
    const events = new Map(
      (await scene.reader.events.search({}, 'asc', ALL)).map((event) => [event.id as string, event]),
    );
    for (const { kind, reference } of await scene.feed()) {
      if (kind === 'receiver.updated') version += 1;
      const event = events.get(reference);
      if (event !== undefined)
        assert.equal(event.receiverVersion, version, 'an event of the version before came after');
    }
    assert.equal(events.size, AT_ONCE - AT_ONCE / 3);
  },
  'lets units of work claim the same things in any order and never waits in a circle': async (scene) => {
    const receivers = [await scene.receiver(), await scene.receiver(), await scene.receiver()].map(({ id }) => id);
    const subjects = ['a', 'b', 'c'].map((name) => hashOf(subjectNamed(name)));
    const keys = ['1', '2', '3'].map((digit) => digit.repeat(64));
    const done = await atOnce((index) => {
      const turned = <T>(list: readonly T[]): readonly T[] => (index % 2 === 0 ? list : list.toReversed());
      const [shared, exclusive] = index % 3 === 0 ? [[], receivers] : [receivers, []];
      const scope = { sharedReceivers: turned(shared), exclusiveReceivers: turned(exclusive) };
      return scene.unitOfWork.run({ ...scope, subjects: turned(subjects), keys: turned(keys) }, touch);
    });
    assert.equal(done.length, AT_ONCE);
  },
  'takes a claim that is named twice, and one of something that does not exist': async (scene) => {
    const { id } = await scene.receiver();
    const unknown = scene.newReceiver().id;
    const hash = hashOf(SUBJECT);
    const key = 'c'.repeat(64);
    const scope = { sharedReceivers: [id, id, unknown], subjects: [hash, hash], keys: [key, key] };
    assert.equal(await scene.unitOfWork.run(scope, touch), 0);
    assert.equal(await scene.unitOfWork.run({ exclusiveReceivers: [unknown, id, unknown] }, touch), 0);
  },
  'shows an answer of one moment: all of what a unit of work wrote, or nothing': async (scene) => {
    const receiver = await scene.receiver();
    const facts = Array.from({ length: 50 }, () => eventFact(scene.newEvent(receiver)));
    const writing = { goesOn: true };
    const append = async (): Promise<void> => {
      await scene.append(facts).finally(() => {
        writing.goesOn = false;
      });
    };
    const lookOn = async (): Promise<void> => {
      while (writing.goesOn) {
        const { length } = await scene.reader.events.search({}, 'asc', ALL);
        assert.ok(length === 0 || length === facts.length, `${String(length)} of 50 seen`);
        await setImmediate();
      }
    };
    await Promise.all([append(), lookOn()]);
  },
};

/** Gives the store something to do, so that others have time to come in between. */
async function touch({ answers }: Stores): Promise<number> {
  return (await answers.find(['d'.repeat(64)])).length;
}

function changeReceiver(scene: Scene, id: Parameters<Stores['receivers']['find']>[0]): Promise<void> {
  return scene.unitOfWork.run({ exclusiveReceivers: [id] }, async ({ receivers }) => {
    const current = await receivers.find(id);
    if (current === undefined) throw new Error('the receiver is gone');
    await receivers.replace({ ...current, resourceVersion: current.resourceVersion + 1 }, 'changer');
  });
}

function post(scene: Scene, id: Parameters<Stores['receivers']['find']>[0], name: string): Promise<void> {
  const subject = subjectNamed(name);
  const subjects: readonly SubjectHash[] = [hashOf(subject)];
  return scene.unitOfWork.run({ sharedReceivers: [id], subjects }, async ({ receivers, events }) => {
    const [stamp] = await receivers.stamps([id]);
    const receiver = await receivers.find(id);
    if (stamp === undefined || receiver === undefined) throw new Error('the receiver is gone');
    const event = scene.newEvent(receiver, { subject, receiverVersion: stamp.resourceVersion });
    await events.append([eventFact(event)], []);
  });
}
