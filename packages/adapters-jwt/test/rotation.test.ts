import { createPublicKey, verify } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { steppingClock } from '@xzepr/adapter-testkit';
import type { SteppingClock } from '@xzepr/adapter-testkit';
import { later } from '@xzepr/core';
import type { TokenSigner, TokenVerifier } from '@xzepr/core';

import { generateKey, jwtTokens, keyRing } from '../src/index.js';
import type { JwtTokensOptions, KeyRing, RingKey } from '../src/index.js';
import { forge, headerOf } from './forge.js';
import { ES, HS, RS, SCOPE, claimsNow } from './keys.js';

interface Replica {
  readonly tokens: TokenSigner & TokenVerifier;
  readonly ring: KeyRing;
}

function replica(clock: SteppingClock, keys: readonly RingKey[], options: Partial<JwtTokensOptions> = {}): Replica {
  const ring = keyRing({ keys, clock });
  return { ring, tokens: jwtTokens({ ...SCOPE, leewaySeconds: 0, clock, ring, ...options }) };
}

const kidOf = (token: string): unknown =>
  (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: unknown }).kid;

describe('rotating the key', () => {
  it('refuses no token at any moment, on either of two replicas that learn of it one after the other', async () => {
    const clock = steppingClock();
    const replicas = [replica(clock, [ES]), replica(clock, [ES])];
    const next = await generateKey({ algorithm: 'ES256', kid: 'next', signsFrom: later(clock.now(), 60_000) });
    const tokens: string[] = [];
    const everyoneTakesEverything = (): void => {
      for (const { tokens: signer } of replicas) tokens.push(signer.sign(claimsNow(clock)));
      for (const { tokens: verifier } of replicas) {
        for (const token of tokens) expect(verifier.verify(token)).toBeDefined();
      }
    };
    everyoneTakesEverything();
    for (const { ring } of replicas) {
      clock.step(20_000);
      ring.replace([ES, next]);
      everyoneTakesEverything();
    }
    clock.step(20_000);
    everyoneTakesEverything();
    const retiring = [{ ...ES, verifiesUntil: later(clock.now(), 900_000) }, next];
    for (const { ring } of replicas) {
      ring.replace(retiring);
      everyoneTakesEverything();
    }
    expect([...new Set(tokens.map(kidOf))]).toEqual(['es', 'next']);
    expect(kidOf(tokens.at(-1)!)).toBe('next');
  });

  it('changes the algorithm too', () => {
    const clock = steppingClock();
    const { tokens, ring } = replica(clock, [HS]);
    const old = tokens.sign(claimsNow(clock));
    ring.replace([HS, { ...RS, signsFrom: clock.now() }]);
    const fresh = tokens.sign(claimsNow(clock));
    expect([tokens.verify(old), tokens.verify(fresh)]).toEqual([expect.anything(), expect.anything()]);
    expect([old, fresh].map(kidOf)).toEqual(['hs', 'rs']);
  });

  it('refuses the tokens of a key that is gone, also those that were verified before', () => {
    const clock = steppingClock();
    const { tokens, ring } = replica(clock, [ES]);
    const token = tokens.sign(claimsNow(clock));
    expect(tokens.verify(token)).toBeDefined();
    ring.replace([RS]);
    expect(tokens.verify(token)).toBeUndefined();
    ring.replace([RS, ES]);
    expect(tokens.verify(token)).toBeDefined();
  });

  it('refuses the tokens of a key from the moment on that it ends, also those that were verified before', () => {
    const clock = steppingClock();
    const { tokens } = replica(clock, [{ ...ES, verifiesUntil: later(clock.now(), 60_000) }]);
    const token = tokens.sign(claimsNow(clock));
    clock.step(59_999);
    expect(tokens.verify(token)).toBeDefined();
    clock.step(1);
    expect(tokens.verify(token)).toBeUndefined();
  });

  it('refuses the tokens of a key whose name another key has taken', async () => {
    const clock = steppingClock();
    const { tokens, ring } = replica(clock, [ES]);
    const token = tokens.sign(claimsNow(clock));
    expect(tokens.verify(token)).toBeDefined();
    ring.replace([await generateKey({ algorithm: 'ES256', kid: ES.kid })]);
    expect(tokens.verify(token)).toBeUndefined();
  });
});

describe('a token of a key that is not in the ring', () => {
  const clock = steppingClock();
  const reported: string[] = [];
  const { tokens, ring } = replica(clock, [ES], { onUnknownKid: (kid) => reported.push(kid) });
  const stranger = replica(clock, [RS]).tokens;

  it('is reported once a second, so that the ring can be brought up to date', () => {
    const token = stranger.sign(claimsNow(clock));
    for (let times = 0; times < 1_000; times += 1) expect(tokens.verify(token)).toBeUndefined();
    expect(reported).toEqual(['rs']);
    clock.step(999);
    tokens.verify(token);
    expect(reported).toEqual(['rs']);
    clock.step(1);
    tokens.verify(token);
    expect(reported).toEqual(['rs', 'rs']);
    ring.replace([ES, RS]);
    expect(tokens.verify(token)).toBeDefined();
  });

  it('is reported also after the clock was set back', () => {
    ring.replace([ES]);
    clock.step(-3_600_000);
    const before = reported.length;
    tokens.verify(stranger.sign(claimsNow(clock)));
    expect(reported.length).toBe(before + 1);
  });

  it('is not reported for any other fault', () => {
    clock.step(10_000);
    const before = reported.length;
    const good = tokens.sign(claimsNow(clock));
    for (const token of ['', 'x.y.z', good.slice(0, -1), `${good}.`]) tokens.verify(token);
    expect(reported.length).toBe(before);
  });

  it.each(['../../etc/passwd', "' OR 1=1", 'https://evil.example', 'x'.repeat(65), '', 1, null])(
    'is not reported when it names its key %p, which no key can be called',
    (kid) => {
      clock.step(10_000);
      const before = reported.length;
      expect(tokens.verify(forge(ES, { ...headerOf(ES), kid }))).toBeUndefined();
      expect(reported.length).toBe(before);
    },
  );

  it('is refused quietly when the hook throws', () => {
    const onUnknownKid = (): never => {
      throw new Error('the database is down');
    };
    const careless = replica(clock, [ES], { onUnknownKid }).tokens;
    expect(careless.verify(stranger.sign(claimsNow(clock)))).toBeUndefined();
  });
});

describe('tokens', () => {
  it('are JWTs of RFC 9068 that anyone can verify with the key set', () => {
    const clock = steppingClock();
    const { tokens, ring } = replica(clock, [ES]);
    const [header = '', claims = '', signature = ''] = tokens.sign(claimsNow(clock)).split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'es' });
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
      ...{ iss: SCOPE.issuer, aud: SCOPE.audience, sub: '01KDVG00000000000000000002' },
      ...{ sid: '01KDVG00000000000000000003', jti: '01KDVG00000000000000000001', roles: ['event_viewer'] },
      ...{ iat: 1_767_225_600, nbf: 1_767_225_600, exp: 1_767_226_500 },
    });
    const key = createPublicKey({ key: { ...ring.jwks().keys[0] }, format: 'jwk' });
    const bytes = Buffer.from(`${header}.${claims}`);
    const mark = Buffer.from(signature, 'base64url');
    expect(verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, mark)).toBe(true);
  });

  it('are remembered, as many as were asked for, and what they say cannot be changed by a caller', () => {
    const clock = steppingClock();
    const { tokens } = replica(clock, [ES], { remembered: 1 });
    const token = tokens.sign(claimsNow(clock));
    const read = tokens.verify(token);
    expect(tokens.verify(token)).toBe(read);
    expect(Object.isFrozen(read) && Object.isFrozen(read?.roles)).toBe(true);
    tokens.verify(tokens.sign(claimsNow(clock)));
    expect(tokens.verify(token)).not.toBe(read);
    expect(tokens.verify(token)).toEqual(read);
  });

  it.each<readonly [string, Partial<JwtTokensOptions>]>([
    ['a leeway of more than a minute', { leewaySeconds: 61 }],
    ['a leeway below zero', { leewaySeconds: -1 }],
    ['a leeway that is no number', { leewaySeconds: Number.NaN }],
    ['no issuer', { issuer: '' }],
    ['no audience', { audience: '' }],
    ['nothing remembered', { remembered: 0 }],
  ])('are not to be had with %s', (_what, options) => {
    expect(() => replica(steppingClock(), [ES], options)).toThrow(RangeError);
  });
});
