import { describe, expect, it } from '@jest/globals';

import { DESCRIPTION_RULE, NAME_RULE, REMARK_RULE, textFault, textProblems } from '../../src/domain/text-rules.js';

const FOUR_BYTES = '\u{10FFFF}';

describe('textFault', () => {
  it.each(['a', ' a ', '\u200B', 'x'.repeat(255), FOUR_BYTES.repeat(255), '%_\\\'"'])('takes %j as a name', (text) => {
    expect(textFault(text, NAME_RULE)).toBeUndefined();
  });

  it.each([
    ['', 'blank'],
    [' \t\n\u00A0\u3000', 'blank'],
    ['a\0', 'NUL'],
    ['\ud800', 'surrogate'],
    ['a\udc00b', 'surrogate'],
    ['x'.repeat(256), '255'],
    [FOUR_BYTES.repeat(256), '255'],
    [undefined, 'string'],
    [7, 'string'],
    [null, 'string'],
  ])('does not take %j as a name: %s', (text, why) => {
    expect(textFault(text, NAME_RULE)).toContain(why);
  });

  it('lets a remark be empty or blank, and not a description', () => {
    expect([textFault('', REMARK_RULE), textFault(' ', REMARK_RULE)]).toEqual([undefined, undefined]);
    expect(textFault('', DESCRIPTION_RULE)).toContain('blank');
    expect(textFault(FOUR_BYTES.repeat(1_000), REMARK_RULE)).toBeUndefined();
    expect(textFault('x'.repeat(1_001), REMARK_RULE)).toContain('1000');
  });
});

describe('textProblems', () => {
  it('points at every field that is wrong', () => {
    const problems = textProblems({ name: ['', NAME_RULE], type: ['t', NAME_RULE], version: [1, NAME_RULE] });
    expect(problems.map(({ pointer }) => pointer)).toEqual(['/name', '/version']);
  });
});
