import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { inTime } from '../src/deadline.js';
import { makeShortCircuit } from '../src/short-circuit.js';

const never = (): Promise<object> => new Promise(() => undefined);
const badly = (): Promise<object> => Promise.reject(new Error('gone'));
const well = (): Promise<object> => Promise.resolve({});

function circuit(): { readonly changes: boolean[]; readonly ask: ReturnType<typeof makeShortCircuit> } {
  const changes: boolean[] = [];
  const onChange = (isOpen: boolean): void => void changes.push(isOpen);
  return { changes, ask: makeShortCircuit({ deadlineMs: 20, onChange }) };
}

/** How many of the calls made over `ms` were let through to `call`. */
async function letThrough(
  ask: ReturnType<typeof makeShortCircuit>,
  call: () => Promise<object>,
  ms: number,
): Promise<number> {
  let calls = 0;
  const over = performance.now() + ms;
  const counted = (): Promise<object> => {
    calls += 1;
    return call();
  };
  while (performance.now() < over) {
    void ask(counted);
    await sleep(1);
  }
  return calls;
}

describe('a short circuit', () => {
  it('lets one call through at a time while calls are late, and says so once', async () => {
    const { ask, changes } = circuit();
    await Promise.all([ask(never), ask(never), ask(never)]);
    expect(await letThrough(ask, never, 700)).toBeLessThanOrEqual(2);
    expect(changes).toEqual([true]);
  });

  it('answers nothing for what fails, and never rejects', async () => {
    const { ask, changes } = circuit();
    expect(await ask(badly)).toBeUndefined();
    expect(await ask(well)).toBeUndefined();
    expect(changes).toEqual([true]);
  });

  it('lets all through again after one call that went well', async () => {
    const { ask, changes } = circuit();
    await ask(never);
    await sleep(300);
    expect(await ask(well)).toEqual({});
    expect(await ask(well)).toEqual({});
    expect(changes).toEqual([true, false]);
  });
});

describe('inTime', () => {
  it('counts as in time what has arrived while the process was busy', async () => {
    const outcome = inTime(new Promise((resolve) => setImmediate(resolve, 'read')), 20);
    const over = performance.now() + 100;
    while (performance.now() < over);
    expect(await outcome).toEqual({ kind: 'answered', value: 'read' });
  });

  it('tells a failure from an answer that did not come', async () => {
    expect(await inTime(Promise.reject(new Error('gone')), 20)).toEqual({ kind: 'failed', error: new Error('gone') });
    expect(await inTime(never(), 20)).toEqual({ kind: 'late' });
  });
});
