import { describe, expect, it } from '@jest/globals';

import { RegistryBusyError } from '../../src/errors.js';
import { coalesced } from '../../src/use-cases/coalesce.js';
import type { CoalesceLimits } from '../../src/use-cases/coalesce.js';

const LIMITS: CoalesceLimits = { maxInFlight: 1, worthwhile: 1, maxItems: 3, maxWaiting: 5 };

interface Sender {
  readonly call: (item: number) => Promise<string>;
  readonly batches: (readonly number[])[];
  /** Answers the oldest batch in flight. */
  readonly answer: (how?: Error) => void;
}

function sender(limits: Partial<CoalesceLimits> = {}): Sender {
  const batches: (readonly number[])[] = [];
  const open: { readonly resolve: (answers: readonly string[]) => void; readonly reject: (error: Error) => void }[] =
    [];
  const call = coalesced(
    (items: readonly number[]) =>
      new Promise<readonly string[]>((resolve, reject) => {
        batches.push(items);
        open.push({
          resolve: () => {
            resolve(items.map((item) => `answer ${String(item)}`));
          },
          reject,
        });
      }),
    { ...LIMITS, ...limits },
  );
  const answer = (how?: Error): void => {
    const oldest = open.shift();
    if (how === undefined) oldest?.resolve([]);
    else oldest?.reject(how);
  };
  return { call, batches, answer };
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('coalesced', () => {
  it('sends a call that comes alone at once, and those of one tick together', async () => {
    const { call, batches, answer } = sender({ maxInFlight: 2 });
    const alone = call(1);
    await turn();
    const together = Promise.all([call(2), call(3)]);
    await turn();
    expect(batches).toEqual([[1], [2, 3]]);
    answer();
    answer();
    expect([await alone, ...(await together)]).toEqual(['answer 1', 'answer 2', 'answer 3']);
  });

  it('gathers what comes while a batch is in flight, in order, up to the limit', async () => {
    const { call, batches, answer } = sender();
    const calls = [1];
    const answers = [call(1)];
    await turn();
    for (const item of [2, 3, 4, 5]) {
      calls.push(item);
      answers.push(call(item));
    }
    for (let batch = 0; batch < 3; batch += 1) {
      await turn();
      answer();
    }
    expect(await Promise.all(answers)).toEqual(calls.map((item) => `answer ${String(item)}`));
    expect(batches).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('sends another batch beside one in flight only when it is worthwhile', async () => {
    const { call, batches, answer } = sender({ maxInFlight: 2, worthwhile: 2 });
    const calls = [call(1)];
    await turn();
    calls.push(call(2));
    await turn();
    expect(batches).toEqual([[1]]);
    calls.push(call(3));
    await turn();
    calls.push(call(4));
    await turn();
    expect(batches).toEqual([[1], [2, 3]]);
    answer();
    await turn();
    expect(batches).toEqual([[1], [2, 3]]);
    answer();
    await turn();
    expect(batches).toEqual([[1], [2, 3], [4]]);
    answer();
    expect(await Promise.all(calls)).toHaveLength(4);
  });

  it('gives every call of a batch its error, and goes on', async () => {
    const { call, answer } = sender();
    const failing = Promise.allSettled([call(1), call(2)]);
    await turn();
    const next = call(3);
    answer(new Error('down'));
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await turn();
    answer();
    expect(await next).toBe('answer 3');
  });

  it('refuses calls when too many wait', async () => {
    const { call, answer } = sender();
    const first = call(0);
    await turn();
    const waiting = [1, 2, 3, 4, 5].map(call);
    await expect(call(6)).rejects.toThrow(RegistryBusyError);
    for (let batch = 0; batch < 3; batch += 1) {
      answer();
      await turn();
    }
    expect(await Promise.all([first, ...waiting])).toHaveLength(6);
  });
});
