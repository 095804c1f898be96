import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { InvalidCursorError, InvalidQueryError } from '../../src/errors.js';
import { pageOf, parseNumberKey } from '../../src/use-cases/paging.js';
import type { ListSpec } from '../../src/use-cases/paging.js';
import type { Page, PageRequest } from '../../src/domain/page.js';

const digest = { sha256: (text: string): string => createHash('sha256').update(text).digest('hex') };
const ROWS = Array.from({ length: 120 }, (_, index) => index + 1);

function page(request: PageRequest, change: Partial<ListSpec<number, number>> = {}): Promise<Page<number>> {
  const spec = {
    name: 'rows',
    filters: ['a', undefined],
    keyOf: (row: number) => row,
    parseKey: parseNumberKey,
    ...change,
  };
  return pageOf(digest, spec, request, ({ after = 0, limit }) =>
    Promise.resolve(ROWS.filter((row) => row > after).slice(0, limit)),
  );
}

describe('pageOf', () => {
  it('gives 50 items unless told otherwise, and a cursor while there is more', async () => {
    const { items, next } = await page({});
    expect(items).toEqual(ROWS.slice(0, 50));
    expect(await page({ limit: 70, cursor: next ?? '' })).toEqual({ items: ROWS.slice(50), next: null });
  });

  it('takes 1 to 1,000', async () => {
    expect((await page({ limit: 1 })).items).toEqual([1]);
    expect((await page({ limit: 1_000 })).items).toEqual(ROWS);
    for (const limit of [0, 1_001, 1.5, NaN]) await expect(page({ limit })).rejects.toThrow(InvalidQueryError);
  });

  it('refuses a cursor that was altered or belongs to another list', async () => {
    const cursor = (await page({ limit: 7 })).next ?? '';
    for (const altered of [
      '',
      '7',
      `${cursor}0`,
      cursor.replace('7.', '8.'),
      cursor.replace('7.', '07.'),
      `${cursor}.`,
    ]) {
      await expect(page({ cursor: altered })).rejects.toThrow(InvalidCursorError);
    }
    for (const change of [{ name: 'others' }, { filters: ['b', undefined] }, { filters: [undefined, 'a'] }]) {
      await expect(page({ cursor }, change)).rejects.toThrow(InvalidCursorError);
    }
    expect((await page({ cursor, limit: 1 })).items).toEqual([8]);
  });
});

describe('parseNumberKey', () => {
  it('takes whole numbers from 1 that a number holds exactly', () => {
    expect(['1', '42', '9007199254740991'].map(parseNumberKey)).toEqual([1, 42, 9_007_199_254_740_991]);
    for (const text of ['', '0', '01', '-1', '1.0', '1e3', ' 1', '9007199254740993', 'Infinity']) {
      expect(parseNumberKey(text)).toBeUndefined();
    }
  });
});
