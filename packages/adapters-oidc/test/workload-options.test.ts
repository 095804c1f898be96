import { describe, expect, it } from '@jest/globals';
import type { ReceiverId, Role } from '@xzepr/core';

import { workloadIdentity, workloadIssuerFault } from '../src/index.js';
import type { WorkloadIssuer } from '../src/index.js';
import { glob } from '../src/glob.js';
import { claimAt } from '../src/claim-path.js';

const RULE = { claims: { repository: 'acme/*' }, roles: ['event_reporter'] as readonly Role[] };
const GOOD: WorkloadIssuer = {
  ...{ name: 'github', issuer: 'https://token.actions.githubusercontent.com', audience: 'https://xzepr.acme.example' },
  rules: [RULE],
};

describe('workloadIssuerFault', () => {
  it('finds nothing wrong with what is right', () => {
    expect(workloadIssuerFault(GOOD)).toBe(undefined);
  });

  it.each([
    [{ name: 'Git Hub' }, 'name must be 1 to 32 of a-z, 0-9 and -'],
    [{ issuer: 'http://token.example' }, 'issuer must be https'],
    [{ audience: '' }, 'audience must be 1 to 1024 characters, not blank'],
    [{ audience: undefined as never }, 'audience must be 1 to 1024 characters, not blank'],
    [{ jwksUri: 'ftp://keys.example' }, 'jwks_uri must be https'],
    [{ algorithms: [] }, 'algorithms must be a list of at least one algorithm'],
    [{ rules: [] }, 'rules must be a list of at least one rule, or nobody gets in'],
    [{ maxTokenAgeSeconds: 0 }, 'max_token_age_seconds must be a whole number from 1 to 604800'],
    [
      { rules: [RULE, { ...RULE, claims: {} }] },
      'rules 1: claims must name at least one claim, or everyone whom the issuer knows gets in',
    ],
    [
      { rules: [{ ...RULE, claims: { ref: [] } }] },
      'rules 0: claims of "ref" must be a pattern, or a list of patterns, as texts',
    ],
    [{ rules: [{ ...RULE, roles: [] }] }, 'rules 0: roles must be a list of at least one role'],
    [
      { rules: [{ ...RULE, receiverIds: ['unit-tests' as ReceiverId] }] },
      'rules 0: event_receiver_ids has "unit-tests", which is no id of a receiver',
    ],
  ])('%j', (change, fault) => {
    expect(workloadIssuerFault({ ...GOOD, ...change })).toBe(fault);
  });

  it.each(['none', 'HS256', 'rs256'])('takes no algorithm %s', (algorithm) => {
    expect(workloadIssuerFault({ ...GOOD, algorithms: [algorithm] })).toContain(`algorithms has "${algorithm}"`);
  });

  it('is asked before anything begins, also for two of one name or issuer', () => {
    const clock = { now: () => '' as never };
    expect(() => workloadIdentity([{ ...GOOD, name: '' }], { clock })).toThrow('workload identity: name must be');
    expect(() => workloadIdentity([GOOD, GOOD], { clock })).toThrow('name "github" is given twice');
    expect(() => workloadIdentity([GOOD, { ...GOOD, name: 'b' }], { clock })).toThrow('issuer "https://token.');
  });
});

describe('glob', () => {
  it.each([
    ['acme/shop', ['acme/shop'], ['acme/shop2', 'Acme/shop', ' acme/shop', '']],
    ['acme/*', ['acme/a', 'acme/a/b', 'acme/*'], ['acme/', 'acme', 'evil/acme/a']],
    ['*/main', ['a/main', 'a/b/main'], ['/main', 'a/main/x']],
    ['a*b*c', ['axbyc', 'a.b.b.c'], ['abc', 'axbc', 'abxc', 'axbycd']],
    ['a*a', ['aaa', 'axa'], ['a', 'aa']],
    ['*', ['x', '\n'], ['']],
    ['**', ['x'], ['']],
    ['v1.*', ['v1.2'], ['v1x2']],
    ['a+[b]', ['a+[b]'], ['aab']],
  ])('%s', (pattern, fits, misses) => {
    const matches = glob(pattern);
    expect(fits.filter((text) => !matches(text))).toEqual([]);
    expect(misses.filter(matches)).toEqual([]);
  });

  it('does not explode', () => {
    const began = performance.now();
    expect(glob(`${'a*'.repeat(300)}b`)('a'.repeat(15_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('claimAt', () => {
  const claims = { a: { b: { c: 1 } }, 'a.b': { c: 2 }, 'https://x.example/roles': ['r'], list: [{ x: 1 }] };
  it.each([
    ['a.b.c', 2],
    ['a', claims.a],
    ['https://x.example/roles', ['r']],
    ['https://x.example/roles.0', undefined],
    ['list.0', undefined],
    ['constructor', undefined],
    ['a.__proto__', undefined],
    ['.', undefined],
    ['', claims],
  ])('%s', (path, value) => {
    expect(claimAt(claims, path)).toEqual(value);
  });
});
