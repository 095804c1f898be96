import { describe, expect, it } from '@jest/globals';
import { steppingClock } from '@xzepr/adapter-testkit';

import { KeyRefusedError, generateKey, keyRing, unwrapKey, wrapKey } from '../src/index.js';
import { ES } from './keys.js';

const clock = steppingClock();
const WITH = { kid: 'es', wrappingSecret: 'a secret of more than 32 characters' };

describe('a generated key', () => {
  it.each(['HS256', 'RS256', 'ES256'] as const)(
    'of %s is good for the ring at once, and has a name of its own',
    async (algorithm) => {
      const [one, other] = [await generateKey({ algorithm }), await generateKey({ algorithm })];
      expect(one).toEqual({ kid: expect.stringMatching(/^[0-9a-f]{16}$/), algorithm, material: expect.any(String) });
      expect(new Set([one.kid, other.kid, one.material, other.material]).size).toBe(4);
      expect(keyRing({ keys: [one], clock }).signingKey().source).toEqual(one);
    },
  );

  it('has the name that it was given, and signs when it was told', async () => {
    const signsFrom = clock.now();
    expect(await generateKey({ algorithm: 'ES256', kid: '2026-01', signsFrom })).toMatchObject({
      kid: '2026-01',
      signsFrom,
    });
  });
});

describe('a wrapped key', () => {
  const wrapped = wrapKey(ES.material, WITH);

  it('unwraps to the same material', () => {
    expect(unwrapKey(wrapped, WITH)).toBe(ES.material);
  });

  it('shows nothing of it, and looks different each time', () => {
    expect(wrapped).toMatch(/^v1\.[\w-]+$/);
    expect(Buffer.from(wrapped.slice(3), 'base64url').toString('latin1')).not.toContain('PRIVATE');
    expect(wrapKey(ES.material, WITH)).not.toBe(wrapped);
  });

  it.each([
    ['another secret', wrapped, { ...WITH, wrappingSecret: 'another secret of 32 characters!' }],
    ['another name', wrapped, { ...WITH, kid: 'other' }],
  ])('does not unwrap with %s', (_what, text, by) => {
    expect(() => unwrapKey(text, by)).toThrow(KeyRefusedError);
  });

  it('does not unwrap when any of its characters is another, or missing', () => {
    for (let at = 0; at < wrapped.length; at += 1) {
      const other = wrapped[at] === 'A' ? 'B' : 'A';
      expect(() => unwrapKey(wrapped.slice(0, at) + other + wrapped.slice(at + 1), WITH)).toThrow(KeyRefusedError);
      expect(() => unwrapKey(wrapped.slice(0, at), WITH)).toThrow(KeyRefusedError);
    }
    expect(() => unwrapKey(`${wrapped}.x`, WITH)).toThrow(KeyRefusedError);
  });

  it('asks for a wrapping secret of 32 characters', () => {
    const wrappingSecret = 'x'.repeat(31);
    expect(() => wrapKey(ES.material, { ...WITH, wrappingSecret })).toThrow(RangeError);
    expect(() => unwrapKey(wrapped, { ...WITH, wrappingSecret })).toThrow(RangeError);
  });
});
