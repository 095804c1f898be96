import assert from 'node:assert/strict';

import { SECURITY_EVENT_KINDS, StoreRejectedError, later } from '@xzepr/core';
import type { AuditEntry, AuditFilter } from '@xzepr/core';

import { ALL, AWKWARD_TEXTS, inParts, subsetsOf } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';

async function add({ unitOfWork }: Scene, entries: readonly AuditEntry[]): Promise<readonly AuditEntry[]> {
  await unitOfWork.run({}, ({ audit }) => audit.add(entries));
  return entries;
}

function list({ reader }: Scene, filter: AuditFilter = {}): Promise<readonly AuditEntry[]> {
  return reader.audit.list(filter, ALL);
}

/** @internal */
export const auditLogPromises: Promises<Scene> = {
  'keeps entries whole': async (scene) => {
    const entries = [
      scene.newEntry(),
      scene.newEntry({ actor: undefined, target: undefined, origin: {}, detail: {} }),
      scene.newEntry({ origin: { address: '2001:db8::1' } }),
      scene.newEntry({ origin: { requestId: 'r' }, detail: { number: 1.5, large: 2 ** 40, no: false, empty: '' } }),
    ];
    await add(scene, entries);
    assert.deepEqual(await list(scene), entries.toReversed());
    await add(scene, []);
    assert.equal((await list(scene)).length, entries.length);
  },
  'keeps every kind, and every text as it is': async (scene) => {
    const kinds = SECURITY_EVENT_KINDS.map((kind) => scene.newEntry({ kind }));
    const texts = AWKWARD_TEXTS.map((text) =>
      scene.newEntry({
        actor: text,
        target: text,
        origin: { address: text, requestId: text },
        detail: { [text]: text },
      }),
    );
    await add(scene, [...kinds, ...texts]);
    assert.deepEqual(await list(scene), [...kinds, ...texts].toReversed());
    for (const [index, text] of AWKWARD_TEXTS.entries())
      for (const filter of [{ actor: text }, { target: text }, { address: text }])
        assert.deepEqual(await list(scene, filter), [texts[index]]);
  },
  'keeps a NUL in a detail, and everything that is added beside it': async (scene) => {
    const entries = await add(scene, [scene.newEntry(), scene.newEntry({ detail: { why: 'a\0b' } })]);
    assert.deepEqual(await list(scene), entries.toReversed());
  },
  'changes no entry: throws StoreRejectedError for an id that is taken': async (scene) => {
    const [entry] = await add(scene, [scene.newEntry()]);
    if (entry === undefined) throw new Error('no entry was added');
    await assert.rejects(add(scene, [{ ...entry, actor: 'another' }]), StoreRejectedError);
    assert.deepEqual(await list(scene), [entry]);
  },
  'lists by id, newest first, in parts of any length, however they were added': async (scene) => {
    const entries = Array.from({ length: 7 }, () => scene.newEntry());
    const [a, b, c, ...rest] = entries;
    for (const some of [rest, [c], [b, a]]) await add(scene, some as readonly AuditEntry[]);
    for (const limit of [1, 3, 7, 100]) {
      const read = await inParts(
        limit,
        ({ id }: AuditEntry) => id,
        (span) => scene.reader.audit.list({}, span),
      );
      assert.deepEqual(read, entries.toReversed());
    }
  },
  'lists those that fit everything that is given': async (scene) => {
    const at = scene.now();
    const wanted = { kind: 'token.reused', actor: 'a', target: 't', address: '192.0.2.9' } as const;
    const others = { kind: 'burst', actor: 'b', target: 'u', address: '192.0.2.8' } as const;
    const entries = subsetsOf(others).map((change) => {
      const { address, ...rest } = { ...wanted, ...change };
      return scene.newEntry({ ...rest, at, origin: { address } });
    });
    await add(scene, [...entries, scene.newEntry({ actor: undefined, target: undefined, origin: {}, at })]);
    for (const filter of subsetsOf(wanted)) {
      const fitting = (await list(scene, { ...filter, from: at })).length;
      const free = Object.keys(wanted).length - Object.keys(filter).length;
      assert.equal(fitting, 2 ** free + (Object.keys(filter).length === 0 ? 1 : 0), JSON.stringify(filter));
    }
  },
  'lists from a time on, and until before one': async (scene) => {
    const at = scene.now();
    const entries = Array.from({ length: 4 }, (_, index) => scene.newEntry({ at: later(at, index) }));
    await add(scene, entries);
    const [first, second, third, fourth] = entries;
    const from = later(at, 1);
    const to = later(at, 3);
    assert.deepEqual(await list(scene, { from }), [fourth, third, second]);
    assert.deepEqual(await list(scene, { to }), [third, second, first]);
    assert.deepEqual(await list(scene, { from, to }), [third, second]);
    assert.deepEqual(await list(scene, { from: to, to: from }), []);
  },
  'keeps no entry of work that rejects': async (scene) => {
    const run = scene.unitOfWork.run({}, async ({ audit }) => {
      await audit.add([scene.newEntry()]);
      throw new RangeError('taken back');
    });
    await assert.rejects(run, RangeError);
    assert.deepEqual(await list(scene), []);
  },
};

/**
 * What `AuditStore` and `AuditReader` promise.
 *
 * @public
 */
export function auditLogContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'audit log', open, { 'audit log': auditLogPromises });
}
