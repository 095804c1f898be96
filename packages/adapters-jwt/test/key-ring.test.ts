import { describe, expect, it } from '@jest/globals';
import { steppingClock } from '@xzepr/adapter-testkit';
import { later } from '@xzepr/core';

import { KeyRefusedError, NoSigningKeyError, keyRing } from '../src/index.js';
import type { KeyRing, RingKey } from '../src/index.js';
import { ES, HS, RS, ecPem, publicPem, rsaPem, secretOf } from './keys.js';

const clock = steppingClock();
const ringOf = (...keys: RingKey[]): KeyRing => keyRing({ keys, clock });
const minutes = (count: number): NonNullable<RingKey['signsFrom']> => later(clock.now(), count * 60_000);

describe('a key', () => {
  it.each<readonly [string, RingKey, string]>([
    ['a secret of 31 bytes', { ...HS, material: secretOf(31) }, 'has 31 bytes; HS256 takes 32 or more'],
    ['a secret that is no base64url', { ...HS, material: `${secretOf(32)}=` }, 'is no base64url'],
    ['an empty secret', { ...HS, material: '' }, 'is no base64url'],
    ['a public key for a secret', { ...HS, material: publicPem(RS.material) }, 'is no base64url'],
    ['an RSA key of 1024 bits', { ...RS, material: rsaPem(1_024) }, 'has 1024 bits; RS256 takes 2048 or more'],
    ['an EC key for RS256', { ...RS, material: ES.material }, 'is no RSA key'],
    ['an RSA key for ES256', { ...ES, material: RS.material }, 'is not on P-256'],
    ['a P-384 key', { ...ES, material: ecPem('P-384') }, 'is not on P-256'],
    ['a secp256k1 key', { ...ES, material: ecPem('secp256k1') }, 'is not on P-256'],
    ['a secret for RS256', { ...RS, material: secretOf(32) }, 'is no private or public key in PEM'],
    ['half a key', { ...ES, material: ES.material.slice(0, 90) }, 'is no private or public key in PEM'],
    ['an empty name', { ...ES, kid: '' }, 'must be called by 1 to 64'],
    ['a name that is a path', { ...ES, kid: '../es' }, 'must be called by 1 to 64'],
    ['a name of 65 characters', { ...ES, kid: 'k'.repeat(65) }, 'must be called by 1 to 64'],
  ])('is refused when it is %s, and its material not told', (_what, key, reason) => {
    const error = thrownBy(() => ringOf(key));
    expect(error).toBeInstanceOf(KeyRefusedError);
    expect(error).toMatchObject({ code: 'KEY_REFUSED', kid: key.kid });
    expect(error.cause).toBeUndefined();
    expect(error.message).toContain(reason);
    if (key.material !== '') expect(error.message).not.toContain(key.material.slice(0, 60));
  });

  it('is refused when another has its name', () => {
    expect(() => ringOf(ES, { ...RS, kid: ES.kid })).toThrow('key "es" is there twice');
  });

  it('signs and verifies only when it is private, and verifies only when it is public', () => {
    const ring = ringOf({ ...ES, material: publicPem(ES.material) });
    expect(ring.find('es')).toMatchObject({ signWith: undefined });
    expect(() => ring.signingKey()).toThrow(NoSigningKeyError);
  });
});

describe('the key that signs', () => {
  const signing = (...keys: RingKey[]): string => ringOf(...keys).signingKey().source.kid;

  it('is the newest that may, wherever it stands', () => {
    const [old, current] = [ES, { ...RS, signsFrom: minutes(-5) }];
    const next = { ...HS, signsFrom: minutes(5) };
    expect(signing(old, current, next)).toBe('rs');
    expect(signing(next, current, old)).toBe('rs');
    expect(signing(old, next)).toBe('es');
  });

  it('may from the very moment on that it says', () => {
    expect(signing(ES, { ...RS, signsFrom: clock.now() })).toBe('rs');
  });

  it('is the same on every replica when several are as new', () => {
    expect(signing(RS, HS, ES)).toBe('rs');
    expect(signing(ES, RS, HS)).toBe('rs');
  });

  it('is none that has ended', () => {
    expect(signing(ES, { ...RS, signsFrom: minutes(-5), verifiesUntil: clock.now() })).toBe('es');
  });

  it('is missed with words of what to do when none may', () => {
    const ring = ringOf({ ...ES, signsFrom: minutes(5) });
    expect(() => ring.signingKey()).toThrow('no key that may sign now; add one whose signsFrom has come');
    expect(() => ringOf().signingKey()).toThrow(NoSigningKeyError);
  });
});

describe('the key set', () => {
  it('has each public key that verifies, also one that does not sign yet, and no secret or private part', () => {
    const { keys } = ringOf(
      HS,
      ES,
      { ...RS, signsFrom: minutes(5) },
      { ...ES, kid: 'ended', verifiesUntil: clock.now() },
    ).jwks();
    expect(keys).toEqual([
      { kid: 'es', alg: 'ES256', use: 'sig', kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) },
      { kid: 'rs', alg: 'RS256', use: 'sig', kty: 'RSA', n: expect.any(String), e: 'AQAB' },
    ]);
  });
});

describe('replacing the keys', () => {
  it('tells whether it made a difference, in the keys or in their times', () => {
    const ring = ringOf(ES, RS);
    const versions = [ring.version];
    const replace = (...keys: RingKey[]): boolean => {
      const isOther = ring.replace(keys);
      versions.push(ring.version);
      return isOther;
    };
    expect(replace({ ...RS }, { ...ES })).toBe(false);
    expect(replace(ES)).toBe(true);
    expect(replace(ES, RS)).toBe(true);
    expect(replace(ES, { ...RS, verifiesUntil: minutes(5) })).toBe(true);
    expect(replace(ES, { ...RS, material: rsaPem(2_048), verifiesUntil: minutes(5) })).toBe(true);
    expect(versions).toEqual([1, 1, 2, 3, 4, 5]);
  });

  it('parses no key again that stays', () => {
    const ring = ringOf(ES, RS);
    const before = ring.find('es');
    ring.replace([{ ...ES }, HS]);
    expect(ring.find('es')).toBe(before);
    expect(ring.find('rs')).toBeUndefined();
  });

  it('leaves the ring as it is when one of them is refused', () => {
    const ring = ringOf(ES);
    expect(() => ring.replace([RS, { ...HS, material: 'short' }])).toThrow(KeyRefusedError);
    expect([ring.version, ring.find('es')?.source.kid, ring.find('rs')]).toEqual([1, 'es', undefined]);
  });

  it('does not follow what happens to the objects it was given', () => {
    const key = { ...ES };
    const ring = ringOf(key);
    key.kid = 'other';
    expect(ring.find('es')?.source.kid).toBe('es');
  });
});

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
