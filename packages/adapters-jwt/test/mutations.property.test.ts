import { describe, expect, it } from '@jest/globals';
import { steppingClock } from '@xzepr/adapter-testkit';
import fc from 'fast-check';

import { jwtTokens, keyRing } from '../src/index.js';
import { ES, HS, RS, SCOPE, claimsNow } from './keys.js';

const clock = steppingClock();
const SLOW_MS = 1_000;

/** Cuts a piece out of the token and puts another in its place. */
const mutation = fc.record({
  at: fc.nat(),
  cut: fc.nat({ max: 40 }),
  piece: fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.base64String({ maxLength: 40 }),
    fc.constantFrom('', '.', '=', '-', '_', '\0', '\ud800', ' ', 'e30', '..', '%00'),
  ),
});

describe.each([HS, RS, ES])('a valid $algorithm token', (key) => {
  const tokens = jwtTokens({ ...SCOPE, leewaySeconds: 0, clock, ring: keyRing({ keys: [key], clock }) });
  const token = tokens.sign(claimsNow(clock));

  function verifyInTime(text: string): unknown {
    const began = performance.now();
    const read = tokens.verify(text);
    expect(performance.now() - began).toBeLessThan(SLOW_MS);
    return read;
  }

  it('is refused after any mutation, in time, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const mutated = mutations.reduce((text, { at, cut, piece }) => {
          const from = at % (text.length + 1);
          return text.slice(0, from) + piece + text.slice(from + cut);
        }, token);
        fc.pre(mutated !== token);
        expect(verifyInTime(mutated)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
    expect(tokens.verify(token)).toBeDefined();
  });

  it('is refused with any two of its characters swapped', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.nat(token.length - 1), (one, other) => {
        const characters = Array.from(token);
        [characters[one], characters[other]] = [characters[other]!, characters[one]!];
        fc.pre(characters.join('') !== token);
        expect(verifyInTime(characters.join(''))).toBeUndefined();
      }),
    );
  });

  it('is refused with other JSON in its header or claims', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 1), (json, place) => {
        const parts = token.split('.');
        parts[place] = Buffer.from(json).toString('base64url');
        expect(verifyInTime(parts.join('.'))).toBeUndefined();
      }),
    );
  });
});
