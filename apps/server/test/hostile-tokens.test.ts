import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { generateKey } from '@xzepr/adapters-jwt';
import type { RingKey } from '@xzepr/adapters-jwt';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { createTestDatabase } from '../../../test/postgres.ts';
import type { TestDatabase } from '../../../test/postgres.ts';
import { claimsIn, hmacBy, part, signedBy } from './support/forgery.js';
import { QUICK, asNobody, personIn, statusOf } from './support/people.js';
import type { Person } from './support/people.js';
import { testRing } from './support/ring.js';
import type { TestRing } from './support/ring.js';
import { ADMIN_KEY, startServer } from './support/server-process.js';
import type { ServerProcess } from './support/server-process.js';

jest.setTimeout(120_000);

const TYP = 'at+jwt';
/** Far above what any of them takes, far below a time-out. */
const IN_TIME_MS = 3_000;
const ABSENT = '01KDVG00009999999999999999';

type Forged = Readonly<Record<string, string>>;

describe('a hostile token', () => {
  let database: TestDatabase;
  let ring: TestRing;
  let server: ServerProcess;
  let admin: Person;
  let viewer: Person;
  let claims: Readonly<Record<string, unknown>>;
  let [rs, es, own] = [{}, {}, {}] as [RingKey, RingKey, RingKey];
  /** Hears of whoever follows an address in a token. */
  let listener: Server;
  let address: string;
  const heard: string[] = [];
  const sent: string[] = [];

  beforeAll(async () => {
    [database, ring, own] = await Promise.all([
      createTestDatabase(),
      testRing('ES256', 'RS256'),
      generateKey({ algorithm: 'RS256', kid: 'of-an-attacker' }),
    ]);
    [es, rs] = ring.keys as [RingKey, RingKey];
    server = await startServer({
      ...{ ...QUICK, ...ring.environment, XZEPR__BOOTSTRAP__ADMIN_KEY: ADMIN_KEY },
      XZEPR__DATABASE__URL: database.url,
    });
    [admin, viewer] = [await personIn(server, 'admin'), await personIn(server, 'event_viewer')];
    claims = claimsIn(admin.access);
    listener = createServer((request, response) => {
      heard.push(request.url ?? '');
      response.end(JSON.stringify({ keys: [createPublicKey(own.material).export({ format: 'jwk' })] }));
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    address = `http://127.0.0.1:${String((listener.address() as AddressInfo).port)}/jwks.json`;
  });
  afterAll(async () => {
    listener.close();
    await server.end('SIGKILL');
    await database.drop();
    ring.remove();
  });

  /** Each is refused, in time, and the server goes on. */
  async function expectRefused(forged: Forged): Promise<void> {
    const seen: Record<string, unknown> = {};
    for (const [name, token] of Object.entries(forged)) {
      sent.push(token);
      const began = performance.now();
      const status = await statusOf(server, token);
      seen[name] = performance.now() - began < IN_TIME_MS ? status : 'late';
    }
    expect(seen).toEqual(Object.fromEntries(Object.keys(forged).map((name) => [name, 401])));
    expect(await statusOf(server, admin.access)).toBe(200);
  }
  const signed = (changes: object, header: object = {}): string =>
    signedBy(rs, { alg: 'RS256', typ: TYP, kid: rs.kid, ...header }, { ...claims, ...changes });

  it('is not made by the test in another way than by the server', async () => {
    expect(await statusOf(server, signed({}))).toBe(200);
    expect(await statusOf(server, signedBy(es, { alg: 'ES256', typ: TYP, kid: es.kid }, claims))).toBe(200);
  });

  it('without a signature opens nothing', async () => {
    const bare = (alg: unknown, kid: unknown = rs.kid): string => `${part({ alg, typ: TYP, kid })}.${part(claims)}.`;
    await expectRefused({
      ...Object.fromEntries(
        ['none', 'None', 'NONE', 'nOnE', '', 'RS256', null].map((alg) => [`alg ${String(alg)}`, bare(alg)]),
      ),
      'with a signature all the same': `${bare('none')}AAAA`,
      'without a key': bare('none', undefined),
      'in two parts': bare('none').slice(0, -1),
    });
  });

  it('signed with what everybody knows opens nothing', async () => {
    const publicKey = createPublicKey(rs.material);
    const header = { alg: 'HS256', typ: TYP, kid: rs.kid };
    const jwks = await (await server.ask('/.well-known/jwks.json')).text();
    const { keys } = JSON.parse(jwks) as { readonly keys: readonly { readonly kid: string; readonly n?: string }[] };
    expect(keys.map(({ kid }) => kid).sort()).toEqual(['of-ES256', 'of-RS256']);
    expect(jwks).not.toContain('"d"');
    await expectRefused({
      'the public key': hmacBy(publicKey.export({ type: 'spki', format: 'pem' }), header, claims),
      'the public key as PKCS 1': hmacBy(publicKey.export({ type: 'pkcs1', format: 'pem' }), header, claims),
      'the public key in DER': hmacBy(publicKey.export({ type: 'spki', format: 'der' }), header, claims),
      'the public key as JWK': hmacBy(JSON.stringify(keys.find(({ kid }) => kid === rs.kid)), header, claims),
      'its modulus': hmacBy(Buffer.from(keys.find(({ n }) => n !== undefined)?.n ?? '', 'base64url'), header, claims),
      'said to be of RSA': hmacBy(
        publicKey.export({ type: 'spki', format: 'pem' }),
        { ...header, alg: 'RS256' },
        claims,
      ),
      'for the other key': hmacBy(
        createPublicKey(es.material).export({ type: 'spki', format: 'pem' }),
        { ...header, kid: es.kid },
        claims,
      ),
      'an empty secret': hmacBy('', header, claims),
    });
  });

  it('of another algorithm than its key opens nothing', async () => {
    const header = (alg: string, kid: string) => ({ alg, typ: TYP, kid });
    await expectRefused({
      'RS256 by the key of ES256': signedBy(rs, header('RS256', es.kid), claims),
      'ES256 by the key of RS256': signedBy(es, header('ES256', rs.kid), claims),
      'RS512 by the key of RS256': signedBy(rs, header('RS512', rs.kid), claims),
      'PS256 by the key of RS256': signedBy(rs, header('PS256', rs.kid), claims),
      'an attacker’s key': signedBy(own, header('RS256', rs.kid), claims),
    });
  });

  it('that names a key by path, by SQL or by address opens nothing, and nobody goes there', async () => {
    const names: readonly unknown[] = [
      ...['../../../../../../dev/null', '/dev/null', '/proc/self/environ', 'file:///etc/passwd', address, '', ' '],
      ...[`' OR '1'='1`, `x' UNION SELECT 'c2VjcmV0' --`, `of-RS256'; DROP TABLE users; --`, 'of-RS256\0', '$(id)'],
      ...['__proto__', 'constructor', 'toString', 'of-rs256', 'OF-RS256', 'of-RS256 ', `k${'k'.repeat(2_000)}`],
      ...[null, 1, true, [], [rs.kid], {}, { $ne: null }],
    ];
    const entries = names.flatMap((kid, index) => {
      const header = { alg: 'RS256', typ: TYP, kid };
      const hmac = { alg: 'HS256', typ: TYP, kid };
      const name = `${String(index)} ${JSON.stringify(kid).slice(0, 40)}`;
      return [
        [name, signedBy(rs, header, claims)],
        [`${name}, empty`, hmacBy('', hmac, claims)],
        [`${name}, guessed`, hmacBy('secret', hmac, claims)],
      ];
    });
    await expectRefused(Object.fromEntries(entries) as Forged);
    expect(heard).toEqual([]);
  });

  it('that brings its own key, or says where it is, opens nothing, and nobody goes there', async () => {
    const jwk = createPublicKey(own.material).export({ format: 'jwk' });
    const der = createPublicKey(own.material).export({ type: 'spki', format: 'der' }).toString('base64');
    const extras: Readonly<Record<string, object>> = {
      jku: { jku: address },
      x5u: { x5u: address },
      jwk: { jwk },
      x5c: { x5c: [der] },
      crit: { crit: ['exp'] },
      'unencoded payload': { b64: false, crit: ['b64'] },
      zip: { zip: 'DEF' },
      cty: { cty: 'JWT' },
      iss: { iss: address },
    };
    for (const [name, extra] of Object.entries(extras)) {
      const header = { alg: 'RS256', typ: TYP, ...extra };
      await expectRefused({
        [`${name}, for a key of its own`]: signedBy(own, { ...header, kid: own.kid }, claims),
        [`${name}, for a key of the server`]: signedBy(own, { ...header, kid: rs.kid }, claims),
        [`${name}, signed by the server’s own key`]: signedBy(rs, { ...header, kid: rs.kid }, claims),
      });
    }
    expect(heard).toEqual([]);
  });

  it('that says something twice opens nothing', async () => {
    const header = { alg: 'RS256', typ: TYP, kid: rs.kid };
    const text = JSON.stringify(claims);
    const twice = (member: string): string => signedBy(rs, header, `${text.slice(0, -1)},${member}}`);
    const ofViewer = JSON.stringify(claimsIn(viewer.access)['sub']);
    await expectRefused({
      sub: twice(`"sub":${ofViewer}`),
      'sub, escaped': twice(`"s\\u0075b":${ofViewer}`),
      exp: twice('"exp":9999999999'),
      'the same again': twice(`"iss":${JSON.stringify(claims['iss'])}`),
      'alg in the header': signedBy(rs, `{"alg":"none","alg":"RS256","typ":"${TYP}","kid":"${rs.kid}"}`, claims),
      'kid in the header': signedBy(rs, `{"alg":"RS256","kid":"${es.kid}","typ":"${TYP}","kid":"${rs.kid}"}`, claims),
    });
  });

  it('with claims of the wrong type, or without them, opens nothing, whoever signed it', async () => {
    const wrong: Readonly<Record<string, readonly unknown[]>> = {
      sub: [1, null, [], {}, '', ABSENT, viewer.id, undefined, `${admin.id}\0`, admin.id.toLowerCase()],
      sid: [1, null, [], '', ABSENT, claimsIn(viewer.access)['sid'], undefined],
      jti: [1, null, [], '', 'x', undefined],
      iss: [1, null, ['https://xzepr.test'], 'https://xzepr.test/', 'https://XZEPR.test', '', undefined],
      aud: [1, null, ['xzepr-tests'], ['xzepr-tests', 'others'], 'xzepr-tests ', '', undefined],
      exp: ['9999999999', null, [], -1, 1.5, 1e300, 0, true, 2 ** 53, undefined],
      nbf: ['0', null, 9_999_999_999, -1, undefined],
      iat: ['0', null, 9_999_999_999, undefined],
      roles: ['admin', null, [1], { 0: 'admin' }, undefined],
    };
    const entries = Object.entries(wrong).flatMap(([name, values]) =>
      values.map((value, index) => [
        `${name} ${String(index)} ${JSON.stringify(value) as string | undefined}`,
        signed({ [name]: value }),
      ]),
    );
    await expectRefused(Object.fromEntries(entries) as Forged);
    const header = { alg: 'RS256', typ: TYP, kid: rs.kid };
    const wholes = [
      '[]',
      'null',
      '1',
      '"x"',
      '',
      '{',
      `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
      '\ufeff{}',
      '{"a":NaN}',
    ];
    await expectRefused(Object.fromEntries(wholes.map((text) => [text.slice(0, 20), signedBy(rs, header, text)])));
    const heads = ['[]', 'null', '"RS256"', '', '{', '{}', '\ufeff{}'];
    await expectRefused(Object.fromEntries(heads.map((text) => [text.slice(0, 20), signedBy(rs, text, claims)])));
  });

  it('that says of itself who it is for is not believed', async () => {
    // Signed by the server's own key: what counts is who the user is now.
    const token = signedBy(
      rs,
      { alg: 'RS256', typ: TYP, kid: rs.kid },
      { ...claimsIn(viewer.access), roles: ['admin'] },
    );
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${server.url}/api/v1/audit`, { headers })).status).toBe(403);
  });

  it('of another type opens nothing', async () => {
    const types: readonly unknown[] = [
      'JWT',
      'jwt',
      'at+JWT',
      'application/at+jwt',
      'id+jwt',
      'rt+jwt',
      '',
      null,
      undefined,
    ];
    await expectRefused(
      Object.fromEntries(types.map((typ) => [String(typ), signedBy(rs, { alg: 'RS256', typ, kid: rs.kid }, claims)])),
    );
  });

  it('in other base64, cut short or too long opens nothing', async () => {
    const token = signed({});
    const [header = '', body = '', signature = ''] = token.split('.');
    const flipped = `${signature.slice(0, 10)}${signature[10] === 'A' ? 'B' : 'A'}${signature.slice(11)}`;
    const es256 = signedBy(es, { alg: 'ES256', typ: TYP, kid: es.kid }, claims);
    const [esHead = '', esBody = '', esSignature = ''] = es256.split('.');
    await expectRefused({
      padded: `${header}=.${body}==.${signature}==`,
      'with plus and slash': `${header}.${body}.${signature.replaceAll('-', '+').replaceAll('_', '/')}+/`,
      'with stars': `${header}.${body}.${signature.slice(0, -1)}*`,
      'percent-escaped': `${header}.${body}.${signature.slice(0, -1)}%41`,
      // Of the last character of 64 bytes two bits count: the next in the alphabet says the same.
      'with bits that do not count': `${esHead}.${esBody}.${esSignature.slice(0, -1)}${following(esSignature.slice(-1))}`,
      'without its last character': token.slice(0, -1),
      'without half of its signature': `${header}.${body}.${signature.slice(0, signature.length / 2)}`,
      'with one character of it': `${header}.${body}.${signature.slice(0, 1)}`,
      'with another character in it': `${header}.${body}.${flipped}`,
      'with its signature twice': `${token}${signature}`,
      'with the signature of another': `${header}.${body}.${esSignature}`,
      'half of a curve’s signature': `${esHead}.${esBody}.${esSignature.slice(0, 43)}`,
      'a curve’s signature of nothing': `${esHead}.${esBody}.${Buffer.alloc(64).toString('base64url')}`,
      'another body': `${header}.${part({ ...claims, exp: 9_999_999_999 })}.${signature}`,
      'four parts': `${token}.${signature}`,
      'five parts': `${token}.${signature}.${signature}`,
      'only dots': '..',
      'more dots': '.'.repeat(4_000),
      'an empty header': `.${body}.${signature}`,
      'an empty body': `${header}..${signature}`,
      'much of it': signed({ more: 'x'.repeat(6_000) }),
      'more of it': signed({ more: 'x'.repeat(9_000) }),
      'members without end': signed(
        Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`m${String(index)}`, 0])),
      ),
      letters: 'A'.repeat(12_000),
    });
  });

  it('that is larger than any head may be is refused before it is read', async () => {
    const answer = await fetch(`${server.url}/api/v1/auth/me`, {
      headers: { authorization: `Bearer ${signed({ more: 'x'.repeat(30_000) })}` },
    });
    expect(answer.status).toBe(431);
    expect(await statusOf(server, admin.access)).toBe(200);
  });

  it('typed in as a name or a password is refused like any other', async () => {
    const names = [`${viewer.username}\0`, '\0', admin.access, 'x'.repeat(4_000), `' or ''='`, '\u202e', '😀', ''];
    const answers = await Promise.all(
      names.flatMap((name) => [
        asNobody(server, '/api/v1/auth/login', { username: name, password: name }),
        asNobody(server, '/api/v1/auth/login', { username: viewer.username, password: name }),
        asNobody(server, '/api/v1/auth/refresh', { refresh_token: name }),
      ]),
    );
    const codes = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { code: string }).code));
    expect(new Set(codes)).toEqual(new Set(['SIGN_IN_REFUSED']));
  });

  it('leaves nothing of itself in the log, nor in the audit log', async () => {
    const audit = await (await server.ask('/api/v1/audit?limit=1000')).text();
    const written = server.output() + audit;
    expect(written).toContain('credential.refused');
    const parts = [admin.access, admin.refresh, viewer.access, ...sent].flatMap((token) => token.split('.'));
    const long = new Set(parts.filter((text) => text.length >= 12).map((text) => text.slice(0, 24)));
    expect([...long].filter((text) => written.includes(text))).toEqual([]);
    expect(written).not.toContain('DROP TABLE');
    expect(server.errors()).toEqual([]);
  });
});

function following(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 1);
}
