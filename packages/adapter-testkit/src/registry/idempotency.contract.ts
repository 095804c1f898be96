import assert from 'node:assert/strict';

import { StoreUnavailableError } from '@xzepr/core';
import type { ApiKeyInput, BatchResult, CreatedApiKey, Idempotency, Outcome, UnitOfWork } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { ADMIN, eventInput, json, once, principal, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const REPORTER = principal('event_reporter');

async function countOf({ registry }: RegistryScene): Promise<number> {
  return (await registry.listEvents(ADMIN, {}, { limit: 1_000 })).items.length;
}

/** @internal */
export const idempotencyPromises: Promises<RegistryScene> = {
  'gives the first answer again, here and elsewhere, and does nothing': async (scene) => {
    const input = eventInput(await scene.receiver());
    const first = await scene.registry.recordEvent(ADMIN, input, once('key'));
    assert.equal(first.kind, 'done');
    for (const registry of [scene.registry, scene.another()]) {
      const again = await registry.recordEvent(ADMIN, input, once('key'));
      assert.deepEqual(again, { kind: 'replayed', answer: first.value.id });
    }
    assert.equal(await countOf(scene), 1);
  },
  'refuses the key for another request': async (scene) => {
    const receiver = await scene.receiver();
    await scene.registry.recordEvent(ADMIN, eventInput(receiver), once('key'));
    const other = scene.registry.recordEvent(ADMIN, eventInput(receiver), once('key', 'other'));
    await refusal(other, 'IDEMPOTENCY_KEY_REUSED');
    assert.equal(await countOf(scene), 1);
  },
  'keeps the keys of two principals apart': async (scene) => {
    const input = eventInput(await scene.receiver());
    const answers = [
      await scene.registry.recordEvent(ADMIN, input, once('key')),
      await scene.registry.recordEvent(REPORTER, input, once('key', 'other')),
    ];
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ['done', 'done'],
    );
  },
  'says that the first is under way, or gives its answer, when both come at once': async (scene) => {
    const input = eventInput(await scene.receiver());
    const first = scene.registry.recordEvent(ADMIN, input, once('key'));
    await refusal(scene.registry.recordEvent(ADMIN, input, once('key')), 'IDEMPOTENCY_KEY_IN_USE');
    await first;
    const [a, b] = await Promise.all([
      scene.registry.recordEvent(ADMIN, input, once('second')),
      scene.another().recordEvent(ADMIN, input, once('second')),
    ]);
    assert.deepEqual([a.kind, b.kind].toSorted(), ['done', 'replayed']);
    assert.equal(await countOf(scene), 2);
  },
  'keeps a refusal, also when it would be taken by now': async (scene) => {
    const receiver = await scene.receiver();
    await scene.registry.changeReceiver(ADMIN, receiver.id, { enabled: false });
    await refusal(scene.registry.recordEvent(ADMIN, eventInput(receiver), once('key')), 'RECEIVER_DISABLED');
    await scene.registry.changeReceiver(ADMIN, receiver.id, { enabled: true });
    const again = await scene.registry.recordEvent(ADMIN, eventInput(receiver), once('key'));
    assert.deepEqual(again, { kind: 'replayed', answer: 'RECEIVER_DISABLED' });
    assert.equal(await countOf(scene), 0);
  },
  'gives the first answer again, also when it would be refused by now': async (scene) => {
    const receiver = await scene.receiver();
    const input = eventInput(receiver);
    const first = await scene.registry.recordEvent(ADMIN, input, once('key'));
    await scene.registry.changeReceiver(ADMIN, receiver.id, { enabled: false });
    const again = await scene.registry.recordEvent(ADMIN, input, once('key'));
    assert.deepEqual(again, { kind: 'replayed', answer: first.kind === 'done' ? first.value.id : '' });
    const other = scene.registry.recordEvent(ADMIN, input, once('key', 'other'));
    await refusal(other, 'IDEMPOTENCY_KEY_REUSED');
  },
  'frees the key when nothing was decided': async (scene) => {
    const input = eventInput(await scene.receiver());
    const unitOfWork: UnitOfWork = { run: () => Promise.reject(new StoreUnavailableError()) };
    const down = scene.another({ unitOfWork });
    await refusal(down.recordEvent(ADMIN, input, once('key')), 'STORE_UNAVAILABLE');
    await refusal(scene.registry.recordEvent(principal('user', ADMIN.id), input, once('key')), 'PERMISSION_DENIED');
    assert.equal((await scene.registry.recordEvent(ADMIN, input, once('key'))).kind, 'done');
  },
  'makes a receiver, a group and an API key once': async (scene) => {
    const { registry } = scene;
    const naming = { name: 'n', type: 't', version: 'v', description: 'd' };
    const receiverInput = { ...naming, schema: json('{}') };
    const receiver = await registry.createReceiver(ADMIN, receiverInput, once('receiver'));
    assert.equal(receiver.kind, 'done');
    const { id } = receiver.value;
    const groupInput = { ...naming, receiverIds: [id] };
    const group = await registry.createGroup(ADMIN, groupInput, once('group'));
    assert.deepEqual(await registry.createReceiver(ADMIN, receiverInput, once('receiver')), {
      kind: 'replayed',
      answer: id,
    });
    const again = await registry.createGroup(ADMIN, groupInput, once('group'));
    assert.deepEqual(again, { kind: 'replayed', answer: group.kind === 'done' ? group.value.id : '' });
    const keyInput: ApiKeyInput = { name: 'k', roles: ['user'] };
    const answerOf = (outcome: Outcome<CreatedApiKey>): string => (outcome.kind === 'done' ? outcome.value.key : '');
    const idempotency: Idempotency<CreatedApiKey> = { key: 'api key', request: 'r', answerOf };
    const key = await registry.createApiKey(ADMIN, keyInput, idempotency);
    const sameKey = await registry.createApiKey(ADMIN, keyInput, idempotency);
    assert.deepEqual(sameKey, { kind: 'replayed', answer: key.kind === 'done' ? key.value.key : '' });
    assert.equal((await registry.listApiKeys(ADMIN)).items.length, 1);
  },
  'records a batch once, with what was refused in it': async (scene) => {
    const receiver = await scene.receiver();
    const events = [eventInput(receiver), eventInput(receiver, { payload: json('"bad"') })];
    const answerOf = (outcome: Outcome<readonly BatchResult[]>): string =>
      outcome.kind === 'done' ? outcome.value.map(({ kind }) => kind).join() : outcome.error.code;
    const idempotency = { key: 'batch', request: 'r', answerOf };
    const first = await scene.registry.recordBatch(ADMIN, { events, atomic: false }, idempotency);
    assert.equal(first.kind, 'done');
    const again = await scene.another().recordBatch(ADMIN, { events, atomic: false }, idempotency);
    assert.deepEqual(again, { kind: 'replayed', answer: 'recorded,refused' });
    const atomic = { ...idempotency, key: 'atomic' };
    await refusal(scene.registry.recordBatch(ADMIN, { events, atomic: true }, atomic), 'BATCH_REFUSED');
    const refused = await scene.registry.recordBatch(ADMIN, { events, atomic: true }, atomic);
    assert.deepEqual(refused, { kind: 'replayed', answer: 'BATCH_REFUSED' });
    assert.equal(await countOf(scene), 1);
  },
  'takes keys of 1 to 255 printable ASCII characters': async (scene) => {
    const input = eventInput(await scene.receiver());
    for (const key of ['', 'x'.repeat(256), 'é', 'a\nb']) {
      await refusal(scene.registry.recordEvent(ADMIN, input, once(key)), 'INVALID_INPUT');
    }
    for (const key of [' ', '~', 'x'.repeat(255)]) {
      assert.equal((await scene.registry.recordEvent(ADMIN, input, once(key))).kind, 'done');
    }
  },
  'keeps answers for a day at least, and forgets them when told to': async (scene) => {
    const input = eventInput(await scene.receiver());
    await scene.registry.recordEvent(ADMIN, input, once('key'));
    scene.clock.step(DAY_MS);
    assert.equal(await scene.registry.forgetOldAnswers(), 0);
    assert.equal((await scene.registry.recordEvent(ADMIN, input, once('key'))).kind, 'replayed');
    scene.clock.step(DAY_MS);
    assert.equal(await scene.registry.forgetOldAnswers(), 1);
    assert.equal((await scene.registry.recordEvent(ADMIN, input, once('key'))).kind, 'done');
  },
};
