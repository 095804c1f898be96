import assert from 'node:assert/strict';

import type { Page, PageRequest } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { SUBJECT, subjectNamed } from '../scene.js';
import { ADMIN, eventInput, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

type List = (page: PageRequest) => Promise<Page<unknown>>;

/** Every list there is, with more than two items in each. */
async function listsOf({ registry, ...scene }: RegistryScene): Promise<Readonly<Record<string, List>>> {
  const receivers = [await scene.receiver(), await scene.receiver(), await scene.receiver()];
  const [receiver] = receivers;
  if (receiver === undefined) throw new Error('there is no receiver');
  const groups = [
    await scene.group(receivers.slice(0, 1)),
    await scene.group([receiver]),
    await scene.group([receiver]),
  ];
  const [group] = groups;
  if (group === undefined) throw new Error('there is no group');
  for (const description of ['a', 'b']) {
    await registry.changeReceiver(ADMIN, receiver.id, { description });
    await registry.changeGroup(ADMIN, group.id, { description });
  }
  for (const name of [SUBJECT.name, 'other', 'third']) await scene.post(receiver, { subject: subjectNamed(name) });
  for (const name of ['a', 'b', 'c']) await registry.createApiKey(ADMIN, { name, roles: ['user'] });
  return {
    events: (page) => registry.listEvents(ADMIN, {}, page),
    'events of a receiver': (page) => registry.listEvents(ADMIN, { receiverId: receiver.id }, page),
    'events, oldest first': (page) => registry.listEvents(ADMIN, {}, { ...page, order: 'asc' }),
    timeline: (page) => registry.listTimeline(ADMIN, SUBJECT, page),
    verdicts: (page) => registry.listVerdicts(ADMIN, SUBJECT, page),
    board: (page) => registry.listBoard(ADMIN, group.id, page),
    'complete on the board': (page) => registry.listBoard(ADMIN, group.id, { ...page, complete: true }),
    transitions: (page) => registry.listTransitions(ADMIN, group.id, {}, page),
    receivers: (page) => registry.listReceivers(ADMIN, {}, page),
    'enabled receivers': (page) => registry.listReceivers(ADMIN, { enabled: true }, page),
    'receiver revisions': (page) => registry.listReceiverRevisions(ADMIN, receiver.id, page),
    groups: (page) => registry.listGroups(ADMIN, {}, page),
    'groups of a receiver': (page) => registry.listGroups(ADMIN, { receiverId: receiver.id }, page),
    'group revisions': (page) => registry.listGroupRevisions(ADMIN, group.id, page),
    'API keys': (page) => registry.listApiKeys(ADMIN, page),
  };
}

async function walked(list: List, limit: number): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let page = await list({ limit });
  for (;;) {
    assert.ok(page.items.length <= limit);
    items.push(...page.items);
    if (page.next === null) return items;
    page = await list({ limit, cursor: page.next });
  }
}

/** @internal */
export const pagingPromises: Promises<RegistryScene> = {
  'gives all of a list in pages of any length, none twice': async (scene) => {
    const lists = await listsOf(scene);
    await scene.registry.reconcile();
    for (const [name, list] of Object.entries(lists)) {
      const { items, next } = await list({});
      assert.ok(items.length > 2, name);
      assert.equal(next, null, name);
      for (const limit of [1, 2, items.length, 1_000]) assert.deepEqual(await walked(list, limit), items, name);
    }
  },
  'refuses a cursor that was altered': async (scene) => {
    for (const [name, list] of Object.entries(await listsOf(scene))) {
      const { next } = await list({ limit: 1 });
      const cursor = next ?? assert.fail(`${name} has one page only`);
      const altered = [
        ...['', 'nonsense', `${cursor}0`, ` ${cursor}`, cursor.slice(0, -1), cursor.toUpperCase()],
        cursor.replace(/^(.*)(\d)(?=\.)/, (_, head: string, digit: string) => head + String((Number(digit) + 1) % 10)),
      ];
      for (const text of altered.filter((some) => some !== cursor))
        await refusal(list({ cursor: text }), 'INVALID_CURSOR');
    }
  },
  'refuses the cursor of another list, or of the same with other filters': async (scene) => {
    const lists = Object.entries(await listsOf(scene));
    for (const [name, list] of lists) {
      const { next } = await list({ limit: 1 });
      for (const [other, otherList] of lists) {
        if (other !== name) await refusal(otherList({ cursor: next ?? '' }), 'INVALID_CURSOR');
      }
    }
  },
  'takes a limit from 1 to 1,000': async (scene) => {
    for (const list of Object.values(await listsOf(scene))) {
      for (const limit of [0, -1, 1_001, 1.5, NaN]) await refusal(list({ limit }), 'INVALID_QUERY');
    }
  },
  'goes on where it was while rows arrive': async (scene) => {
    const receiver = await scene.receiver();
    const post = async (): Promise<number> => (await scene.registry.recordEvent(ADMIN, eventInput(receiver))).position;
    const positions = [await post(), await post(), await post(), await post()];
    const first = await scene.registry.listEvents(ADMIN, {}, { limit: 2 });
    await post();
    const second = await scene.registry.listEvents(ADMIN, {}, { limit: 10, ...(first.next && { cursor: first.next }) });
    const seen = [...first.items, ...second.items].map(({ position }) => position);
    assert.deepEqual(seen, positions.toReversed());
  },
};
