import { describe, expect, it } from '@jest/globals';

import { subjectProblems, subjectText } from '../../src/domain/subject.js';
import type { Subject } from '../../src/domain/subject.js';

const SUBJECT: Subject = { name: 'n', version: 'v', release: 'r', platformId: 'p', package: 'k' };

describe('subjectText', () => {
  it('is the array of the five fields', () => {
    expect(subjectText({ ...SUBJECT, name: 'é"' })).toBe('["é\\"","v","r","p","k"]');
  });

  it('is another for every other subject', () => {
    const others: Partial<Subject>[] = [
      {},
      { name: 'n","v' },
      { name: 'n,v' },
      { name: 'v', version: 'n' },
      { name: 'N' },
      { name: 'n ' },
      { name: 'e\u0301' },
      { name: '\u00e9' },
    ];
    expect(new Set(others.map((other) => subjectText({ ...SUBJECT, ...other }))).size).toBe(others.length);
  });
});

describe('subjectProblems', () => {
  it('names every bad field as the contract names it', () => {
    const bad = { name: '', version: ' ', release: '\0', platformId: 'x'.repeat(256), package: '\ud800' };
    const pointers = ['/name', '/version', '/release', '/platform_id', '/package'];
    expect(subjectProblems(bad).map(({ pointer }) => pointer)).toEqual(pointers);
    expect(subjectProblems(SUBJECT)).toEqual([]);
  });
});
