import assert from 'node:assert/strict';

import { later } from '@xzepr/core';
import type { KeptAnswer, Timestamp } from '@xzepr/core';

import { AWKWARD_TEXTS } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import { sha256Digest } from '../memory/deterministic.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';

const digest = sha256Digest();
const sha256 = (text: string): string => digest.sha256(text);
const EARLY = '2026-01-01T00:00:00.000001Z' as Timestamp;

function answerFor(key: string, change: Partial<KeptAnswer> = {}): KeptAnswer {
  return {
    keyId: sha256(key),
    requestDigest: sha256(`request ${key}`),
    answer: `{"for":"${key}"}`,
    keptAt: EARLY,
    ...change,
  };
}

function keep({ unitOfWork }: Scene, answers: readonly KeptAnswer[]): Promise<void> {
  return unitOfWork.run({ keys: answers.map(({ keyId }) => keyId) }, (stores) => stores.answers.keep(answers));
}

async function found({ unitOfWork }: Scene, keys: readonly string[]): Promise<readonly KeptAnswer[]> {
  const answers = await unitOfWork.run({}, (stores) => stores.answers.find(keys.map(sha256)));
  return answers.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1));
}

function inOrder(answers: readonly KeptAnswer[]): readonly KeptAnswer[] {
  return answers.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1));
}

/** @internal */
export const keptAnswersPromises: Promises<Scene> = {
  'finds those that are kept, and leaves out the others': async (scene) => {
    const answers = [answerFor('a'), answerFor('b')];
    await keep(scene, answers);
    assert.deepEqual(await found(scene, ['b', 'unknown', 'a']), inOrder(answers));
    assert.deepEqual(await found(scene, ['unknown']), []);
    assert.deepEqual(await found(scene, []), []);
  },
  'keeps an answer as it is, however long': async (scene) => {
    const texts = ['', ...AWKWARD_TEXTS, '1234567890'.repeat(100_000)];
    const answers = texts.map((answer, index) => answerFor(String(index), { answer }));
    await keep(scene, answers);
    assert.deepEqual(
      await found(
        scene,
        texts.map((_, index) => String(index)),
      ),
      inOrder(answers),
    );
  },
  'keeps the first answer under a key': async (scene) => {
    await keep(scene, [answerFor('a')]);
    await keep(scene, [answerFor('a', { answer: 'second' }), answerFor('b')]);
    assert.deepEqual(await found(scene, ['a', 'b']), inOrder([answerFor('a'), answerFor('b')]));
  },
  'forgets the oldest first, at most as many as told, and says how many': async (scene) => {
    const answers = Array.from({ length: 5 }, (_, index) => answerFor(String(index), { keptAt: later(EARLY, index) }));
    await keep(scene, answers.toReversed());
    const forget = (before: Timestamp, limit: number): Promise<number> =>
      scene.unitOfWork.run({}, (stores) => stores.answers.forget(before, limit));
    const left = async (): Promise<readonly KeptAnswer[]> => found(scene, ['0', '1', '2', '3', '4']);
    assert.equal(await forget(later(EARLY, 4), 3), 3);
    assert.deepEqual(await left(), inOrder(answers.slice(3)));
    assert.equal(await forget(later(EARLY, 4), 3), 1);
    assert.equal(await forget(later(EARLY, 4), 3), 0);
    assert.deepEqual(await left(), answers.slice(4));
  },
};

/**
 * What `KeptAnswers` promises.
 *
 * @public
 */
export function keptAnswersContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'kept answers', open, { answers: keptAnswersPromises });
}
