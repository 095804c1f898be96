import { describe, expect, it } from '@jest/globals';

import { NO_EVENTS, afterEvent, isComplete, outcomeOf } from '../../src/domain/gate-rule.js';
import type { GatePolicy, Standing } from '../../src/domain/gate-rule.js';

function after(...successes: readonly boolean[]): Standing {
  return successes.reduce(afterEvent, NO_EVENTS);
}

describe('outcomeOf', () => {
  it.each<[GatePolicy, readonly boolean[], string]>([
    ['latest', [], 'missing'],
    ['latest', [true], 'passing'],
    ['latest', [false], 'failing'],
    ['latest', [true, false], 'failing'],
    ['latest', [false, true], 'passing'],
    ['any', [], 'missing'],
    ['any', [false], 'failing'],
    ['any', [true, false, false], 'passing'],
    ['any', [false, true], 'passing'],
  ])('says under %s after %j: %s', (policy, successes, outcome) => {
    expect(outcomeOf(policy, after(...successes))).toBe(outcome);
  });
});

describe('isComplete', () => {
  it('wants every receiver to pass', () => {
    expect(isComplete('latest', [after(true), after(true)])).toBe(true);
    expect(isComplete('latest', [after(true), NO_EVENTS])).toBe(false);
    expect(isComplete('latest', [after(true), after(true, false)])).toBe(false);
    expect(isComplete('any', [after(true), after(true, false)])).toBe(true);
  });

  it('is never so for a group without receivers', () => {
    expect(isComplete('any', [])).toBe(false);
  });
});
