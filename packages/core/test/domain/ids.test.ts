import { describe, expect, it } from '@jest/globals';

import { parseId, ulidOf } from '../../src/domain/ids.js';

describe('parseId', () => {
  it.each(['00000000000000000000000000', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', '01KDVG000012345678ABCDEFGH'])(
    'takes %s',
    (id) => {
      expect(parseId(id)).toBe(id);
    },
  );

  it.each([
    '',
    '8ZZZZZZZZZZZZZZZZZZZZZZZZZ',
    '01kdvg000012345678abcdefgh',
    '01KDVG000012345678ABCDEFG',
    '01KDVG000012345678ABCDEFGHJ',
    '01KDVG000012345678ABCDEFGI',
    '01KDVG000012345678ABCDEFGU',
    '01KDVG000012345678ABCDEFGH\n',
  ])('does not take %j', (text) => {
    expect(parseId(text)).toBeUndefined();
  });
});

describe('ulidOf', () => {
  it('puts the time first and the given bits behind it', () => {
    expect(ulidOf(0, '0'.repeat(64))).toBe('0'.repeat(26));
    expect(ulidOf(2 ** 48 - 1, 'f'.repeat(64))).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
    expect(ulidOf(1_469_918_176_385, `${'0'.repeat(19)}1ffff`)).toBe('01ARYZ6S410000000000000001');
  });

  it('sorts by time', () => {
    expect(ulidOf(1_000, 'f'.repeat(20)) < ulidOf(1_001, '0'.repeat(20))).toBe(true);
  });
});
