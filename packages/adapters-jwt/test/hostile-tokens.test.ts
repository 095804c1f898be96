import { createPublicKey, generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { steppingClock } from '@xzepr/adapter-testkit';
import type { AccessClaims } from '@xzepr/core';

import { jwtTokens, keyRing } from '../src/index.js';
import type { RingKey } from '../src/index.js';
import { GOOD_CLAIMS, forge, headerOf, part, signature } from './forge.js';
import { ES, HS, RS, SCOPE, START_SECOND, publicPem } from './keys.js';

const clock = steppingClock();
const ring = keyRing({ keys: [HS, RS, ES], clock });
const tokens = jwtTokens({ ...SCOPE, leewaySeconds: 60, clock, ring });

const verify = (token: unknown): AccessClaims | undefined => tokens.verify(token as string);

type Change = readonly [string, (key: RingKey) => unknown];

describe.each([HS, RS, ES])('a token that is signed with the $algorithm key of the ring', (key) => {
  const header = headerOf(key);

  it('is taken as it should be, so that what follows is refused for what is said of it', () => {
    expect(verify(forge(key, header))).toMatchObject({ tokenId: GOOD_CLAIMS.jti, roles: ['user'] });
    expect(verify(forge(key, header, { ...GOOD_CLAIMS, scope: 'openid', nested: { a: [1] } }))).toBeDefined();
  });

  it.each<Change>([
    ['says alg none', () => ({ ...header, alg: 'none' })],
    ['says alg None', () => ({ ...header, alg: 'None' })],
    ['says another algorithm of the family', () => ({ ...header, alg: key.algorithm.replace('256', '512') })],
    ['says the algorithm in lower case', () => ({ ...header, alg: key.algorithm.toLowerCase() })],
    ['says PS256', () => ({ ...header, alg: 'PS256' })],
    ['says no algorithm', () => ({ typ: header.typ, kid: header.kid })],
    ['says a list of algorithms', () => ({ ...header, alg: [key.algorithm] })],
    ['has no typ', () => ({ alg: header.alg, kid: header.kid })],
    ['is of typ JWT', () => ({ ...header, typ: 'JWT' })],
    ['is of typ rt+jwt', () => ({ ...header, typ: 'rt+jwt' })],
    ['is of typ AT+JWT', () => ({ ...header, typ: 'AT+JWT' })],
    ['is of typ null', () => ({ ...header, typ: null })],
    ['names no key', () => ({ alg: header.alg, typ: header.typ })],
    ['names the key by a number', () => ({ ...header, kid: 1 })],
    ['names the key by an object', () => ({ ...header, kid: { toString: 'es' } })],
    ['names an unknown key', () => ({ ...header, kid: 'nobody' })],
    ['names a member of all objects', () => ({ ...header, kid: '__proto__' })],
    ['names a constructor', () => ({ ...header, kid: 'constructor' })],
    ['names a file', () => ({ ...header, kid: '../../../../dev/null' })],
    ['names a query', () => ({ ...header, kid: `x' UNION SELECT 'aaa'; --` })],
    ['names an address', () => ({ ...header, kid: 'https://evil.example/jwks.json' })],
    ['names a command', () => ({ ...header, kid: '|/usr/bin/id' })],
    ['names the key with NUL behind it', () => ({ ...header, kid: `${key.kid}\0` })],
    ['names the key with white space behind it', () => ({ ...header, kid: `${key.kid}\n` })],
    ['names another key of the ring', () => ({ ...header, kid: key.kid === 'hs' ? 'es' : 'hs' })],
    ['has jku', () => ({ ...header, jku: 'https://evil.example/jwks.json' })],
    ['has x5u', () => ({ ...header, x5u: 'https://evil.example/cert.pem' })],
    ['has x5c', () => ({ ...header, x5c: ['MIIB'] })],
    ['has jwk', () => ({ ...header, jwk: { kty: 'oct', k: 'AAAA' } })],
    ['has crit', () => ({ ...header, crit: ['exp'] })],
    ['has an empty crit', () => ({ ...header, crit: [] })],
    ['has b64', () => ({ ...header, b64: false })],
    ['has zip', () => ({ ...header, zip: 'DEF' })],
    ['has a member of its own', () => ({ ...header, x: 1 })],
    ['has alg twice', () => `{"alg":"none",${JSON.stringify(header).slice(1)}`],
    ['has kid twice, once escaped', () => `{"k\\u0069d":"nobody",${JSON.stringify(header).slice(1)}`],
    ['has a header that is a list', () => [header]],
    ['has a header that is a text', () => JSON.stringify(JSON.stringify(header))],
    ['has a header that is null', () => 'null'],
    ['has a header that is no JSON', () => `${JSON.stringify(header)} trailing`],
    ['has a header with a comma too many', () => JSON.stringify(header).replace('}', ',}')],
    ['has a header with a byte order mark', () => `\ufeff${JSON.stringify(header)}`],
    ['has a header in UTF-16', () => Buffer.from(JSON.stringify(header), 'utf16le')],
    ['has a header that is no UTF-8', () => Buffer.concat([Buffer.from(JSON.stringify(header)), Buffer.from([0xff])])],
    ['has an empty header', () => ''],
    ['has a deep header', () => '['.repeat(5_000)],
  ])('is refused when it %s', (_what, change) => {
    expect(verify(forge(key, change(key)))).toBeUndefined();
  });

  const changed = (changes: object) => (): unknown => ({ ...GOOD_CLAIMS, ...changes });
  const without = (claim: string) => (): unknown =>
    Object.fromEntries(Object.entries(GOOD_CLAIMS).filter(([name]) => name !== claim));

  it.each<Change>([
    ...Object.keys(GOOD_CLAIMS).map((claim): Change => [`has no ${claim}`, without(claim)]),
    ...Object.keys(GOOD_CLAIMS).map((claim): Change => [`has null for ${claim}`, changed({ [claim]: null })]),
    ...Object.keys(GOOD_CLAIMS).map((claim): Change => [`has an object for ${claim}`, changed({ [claim]: {} })]),
    ['is of another issuer', changed({ iss: 'https://evil.example' })],
    ['is of an issuer that begins alike', changed({ iss: `${SCOPE.issuer}.evil.example` })],
    ['is of an issuer with a slash more', changed({ iss: `${SCOPE.issuer}/` })],
    ['is of a list of issuers', changed({ iss: [SCOPE.issuer] })],
    ['is for another audience', changed({ aud: 'another' })],
    ['is for a list of audiences', changed({ aud: [SCOPE.audience] })],
    ['is for an audience in upper case', changed({ aud: 'XZEPR' })],
    ['has expired', changed({ exp: START_SECOND - 1 })],
    ['expires now', changed({ exp: START_SECOND })],
    ['has an exp in digits', changed({ exp: '9999999999' })],
    ['has an exp with a fraction', changed({ exp: START_SECOND + 0.5 })],
    ['has an exp before 1970', changed({ exp: -1 })],
    ['has an exp in milliseconds', changed({ exp: (START_SECOND + 900) * 1_000 })],
    ['has an exp beyond dates', changed({ exp: 1e15 })],
    ['has an exp beyond numbers', () => JSON.stringify(GOOD_CLAIMS).replace(/"exp":\d+/, '"exp":1e999')],
    ['has an exp that is true', changed({ exp: true })],
    ['is not good yet', changed({ nbf: START_SECOND + 61 })],
    ['comes from the future', changed({ iat: START_SECOND + 61 })],
    ['has an iat before 1970', changed({ iat: -1 })],
    ['has an nbf before 1970', changed({ nbf: -1 })],
    ['has an iat in digits', changed({ iat: String(START_SECOND) })],
    ['has a subject that is no id', changed({ sub: 'admin' })],
    ['has a subject in lower case', changed({ sub: GOOD_CLAIMS.sub.toLowerCase() })],
    ['has an empty jti', changed({ jti: '' })],
    ['has a number for jti', changed({ jti: 1 })],
    ['has a list for sid', changed({ sid: [GOOD_CLAIMS.sid] })],
    ['has one role that is no list', changed({ roles: 'admin' })],
    ['has roles that are no texts', changed({ roles: ['user', 1] })],
    ['has roles in an object', changed({ roles: { 0: 'admin', length: 1 } })],
    ['has roles in lists', changed({ roles: [['admin']] })],
    ['has exp twice', () => `{"exp":1,${JSON.stringify(GOOD_CLAIMS).slice(1)}`],
    ['has sub twice, once escaped', () => `{"s\\u0075b":"x",${JSON.stringify(GOOD_CLAIMS).slice(1)}`],
    ['has a member twice somewhere inside', () => `{"x":{"a":1,"a":2},${JSON.stringify(GOOD_CLAIMS).slice(1)}`],
    ['has a lone surrogate', () => `{"x":"\\ud800",${JSON.stringify(GOOD_CLAIMS).slice(1)}`],
    ['has claims that are a list', () => [GOOD_CLAIMS]],
    ['has claims that are a text', () => '"claims"'],
    ['has claims that are no JSON', () => 'iss=https://xzepr.example'],
    ['has claims that are no UTF-8', () => Buffer.from([0xc3, 0x28])],
    ['has a text that is no UTF-8', () => Buffer.from(JSON.stringify(changed({ x: '\xff' })()), 'latin1')],
    ['has claims with a byte order mark', () => `\ufeff${JSON.stringify(GOOD_CLAIMS)}`],
    ['has no claims', () => ''],
    ['has deep claims', () => '{"a":'.repeat(1_000)],
    ['hides claims behind __proto__', () => `{"__proto__":${JSON.stringify(GOOD_CLAIMS)}}`],
    ['is huge', changed({ x: 'x'.repeat(8_192) })],
  ])('is refused when it %s', (_what, change) => {
    expect(verify(forge(key, header, change(key)))).toBeUndefined();
  });

  const good = forge(key, header);
  const [head = '', body = '', mark = ''] = good.split('.');
  const bytes = Buffer.from(mark, 'base64url');

  it.each<readonly [string, string]>([
    ['no signature', `${head}.${body}.`],
    ['no signature and no dot', `${head}.${body}`],
    ['half a signature', `${head}.${body}.${bytes.subarray(0, bytes.length / 2).toString('base64url')}`],
    ['a signature without its last byte', `${head}.${body}.${bytes.subarray(0, -1).toString('base64url')}`],
    [
      'a signature with a byte more',
      `${head}.${body}.${Buffer.concat([bytes, Buffer.from([0])]).toString('base64url')}`,
    ],
    ['a signature of zeros', `${head}.${body}.${Buffer.alloc(bytes.length).toString('base64url')}`],
    ['a signature in hexadecimal digits', `${head}.${body}.${bytes.toString('hex')}`],
    ['a signature in base64 with padding', `${head}.${body}.${bytes.toString('base64')}`],
    ['padding', `${head}=.${body}.${mark}`],
    ['white space inside', `${head}.${body}\n.${mark}`],
    ['a fourth part', `${good}.${mark}`],
    ['five parts, as encrypted ones have', `${good}.${mark}.${mark}`],
    ['bits that do not count', `${good.slice(0, -1)}${String.fromCharCode(good.charCodeAt(good.length - 1) + 1)}`],
    ['a scheme before it', `Bearer ${good}`],
  ])('is refused when it has %s', (_what, token) => {
    expect(verify(token)).toBeUndefined();
  });
});

describe('a token that is not signed with a key of the ring', () => {
  it.each([RS, ES])('is refused when it is signed as HS256 with the public $algorithm key as the secret', (key) => {
    const spki = publicPem(key.material);
    const jwk = JSON.stringify(createPublicKey(key.material).export({ format: 'jwk' }));
    const der = createPublicKey(key.material).export({ format: 'der', type: 'spki' }).toString('base64url');
    for (const material of [spki, spki.trim(), part(jwk), der]) {
      for (const alg of ['HS256', key.algorithm]) {
        const forged = forge({ ...key, algorithm: 'HS256', material }, { ...headerOf(key), alg });
        expect(verify(forged)).toBeUndefined();
      }
    }
  });

  it('is refused when it says alg none, with any signature or none', () => {
    const signed = `${part({ ...headerOf(ES), alg: 'none' })}.${part(GOOD_CLAIMS)}`;
    for (const mark of ['', 'AAAA', signature(signed, 'ES256', ES.material)]) {
      expect(verify(`${signed}.${mark}`)).toBeUndefined();
    }
  });

  it('is refused when it brings its own key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const own = { ...ES, material: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    const jwk = publicKey.export({ format: 'jwk' });
    expect(verify(forge(own, { ...headerOf(ES), jwk }))).toBeUndefined();
    expect(verify(forge(own, headerOf(ES)))).toBeUndefined();
  });

  it('is refused when the signature is another token’s', () => {
    const [header, , mark] = forge(ES, headerOf(ES)).split('.');
    const claims = part({ ...GOOD_CLAIMS, roles: ['admin'] });
    expect(verify(`${header!}.${claims}.${mark!}`)).toBeUndefined();
  });

  it.each([undefined, null, 1, {}, [], Buffer.from('token'), { length: 1, split: 1 }])(
    'is refused, and nothing thrown, when it is no text: %p',
    (token) => {
      expect(verify(token)).toBeUndefined();
    },
  );

  it('is refused fast, however huge', () => {
    const began = performance.now();
    for (const text of [
      '.'.repeat(50_000_000),
      'A'.repeat(50_000_000),
      forge(HS, headerOf(HS), 'x'.repeat(5_000_000)),
    ]) {
      for (let times = 0; times < 100; times += 1) expect(verify(text)).toBeUndefined();
    }
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
