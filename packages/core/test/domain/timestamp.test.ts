import { describe, expect, it } from '@jest/globals';

import { later, parseTimestamp, timestampAt, unixMs } from '../../src/domain/timestamp.js';
import type { Timestamp } from '../../src/domain/timestamp.js';

describe('parseTimestamp', () => {
  it.each([
    ['2026-11-23T10:00:00Z', '2026-11-23T10:00:00.000000Z'],
    ['2026-11-23t10:00:00.5z', '2026-11-23T10:00:00.500000Z'],
    ['2026-11-23T10:00:00.123456789Z', '2026-11-23T10:00:00.123456Z'],
    ['2026-11-23T00:30:00.000001+01:00', '2026-11-22T23:30:00.000001Z'],
    ['2026-12-31T23:59:59.999999-00:01', '2027-01-01T00:00:59.999999Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000Z'],
  ])('reads %s', (text, expected) => {
    expect(parseTimestamp(text)).toBe(expected);
  });

  it.each([
    '',
    'now',
    '2026-11-23',
    '2026-11-23T10:00:00',
    '2026-11-23 10:00:00Z',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00.1234567890Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    ' 2026-11-23T10:00:00Z',
  ])('does not take %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});

describe('a timestamp', () => {
  it('is made of milliseconds and microseconds, and gives the milliseconds back', () => {
    const ms = Date.UTC(2026, 10, 23, 10, 0, 0, 7);
    expect(timestampAt(ms, 42)).toBe('2026-11-23T10:00:00.007042Z');
    expect(unixMs(timestampAt(ms, 999))).toBe(ms);
  });

  it('moves by milliseconds and keeps its microseconds', () => {
    const time = '2026-12-31T23:59:59.999123Z' as Timestamp;
    expect(later(time, 1)).toBe('2027-01-01T00:00:00.000123Z');
    expect(later(time, -1_000)).toBe('2026-12-31T23:59:58.999123Z');
  });
});
