import { createHmac, createPublicKey } from 'node:crypto';

import { afterEach, describe, expect, it } from '@jest/globals';
import { timestampAt } from '@xzepr/core';
import type { Authenticate, ReceiverId } from '@xzepr/core';

import { workloadIdentity } from '../src/index.js';
import type { WorkloadIssuer } from '../src/index.js';
import { json, startIssuer } from './issuer.js';
import type { Answer, Issuer } from './issuer.js';

const COOL_DOWN_MS = 400;
const RECEIVER = '01J00000000000000000000000' as ReceiverId;
const open: Issuer[] = [];
let shiftMs = 0;
const clock = { now: () => timestampAt(Date.now() + shiftMs, 0) };

async function issuerOf(alg?: string): Promise<Issuer> {
  const issuer = await startIssuer(alg);
  open.push(issuer);
  return issuer;
}

function trusting({ url }: Issuer, options: Partial<WorkloadIssuer> = {}): WorkloadIssuer {
  return {
    ...{
      name: 'github',
      issuer: url,
      audience: 'xzepr',
      allowInsecure: true,
      timeoutMs: 300,
      coolDownMs: COOL_DOWN_MS,
    },
    rules: [{ claims: { sub: 'repo:acme/*' }, roles: ['event_reporter'] }],
    ...options,
  };
}

function authenticating(...issuers: readonly WorkloadIssuer[]): Authenticate {
  return workloadIdentity(issuers, { clock });
}

afterEach(async () => {
  shiftMs = 0;
  await Promise.all(open.splice(0).map((issuer) => issuer.close()));
});

describe('workloadIdentity lets in', () => {
  it('whom the first rule that fits knows, with what it gives', async () => {
    const issuer = await issuerOf();
    const authenticate = authenticating(
      trusting(issuer, {
        rules: [
          { claims: { repository: 'acme/shop', environment: 'production' }, roles: ['admin'] },
          {
            claims: { repository: 'acme/*', ref: ['refs/heads/main', 'refs/tags/v*'] },
            ...{ roles: ['event_reporter'], receiverIds: [RECEIVER], permissions: ['event:create'] },
          },
          { claims: { repository: 'acme/*' }, roles: ['event_viewer'] },
        ],
      }),
    );
    const who = async (claims: Record<string, unknown>): Promise<unknown> => authenticate(await issuer.token(claims));
    const id = 'workload:github:repo:acme/shop:ref:refs/heads/main';
    expect(await who({ repository: 'acme/shop', ref: 'refs/heads/main' })).toEqual({
      ...{ id, kind: 'service', roles: ['event_reporter'], receiverIds: [RECEIVER], permissions: ['event:create'] },
    });
    expect(await who({ repository: 'acme/shop', ref: 'refs/heads/x' })).toEqual({
      ...{ id, kind: 'service', roles: ['event_viewer'] },
    });
    expect(await who({ repository: 'evil/acme/shop', ref: 'refs/heads/main' })).toBe(undefined);
    expect(await who({ ref: 'refs/heads/main' })).toBe(undefined);
  });

  it('by RS256, by a key set at an address of its own, by an audience among others, by a claim deep inside', async () => {
    const issuer = await issuerOf('RS256');
    const rules = [{ claims: { 'kubernetes.io.namespace': 'ci' }, roles: ['event_reporter'] as const }];
    const authenticate = authenticating(trusting(issuer, { jwksUri: `${issuer.url}/keys`, rules }));
    const token = await issuer.token({ aud: ['other', 'xzepr'], 'kubernetes.io': { namespace: 'ci' } });
    expect((await authenticate(token))?.kind).toBe('service');
    expect(issuer.asked).toEqual({ keys: 1, discovery: 0 });
  });

  it('without checking the signature again, until the token is over', async () => {
    const issuer = await issuerOf();
    const authenticate = authenticating(trusting(issuer));
    const token = await issuer.token({ exp: Math.floor(Date.now() / 1_000) + 100 });
    const first = await authenticate(token);
    expect(await authenticate(token)).toBe(first);
    shiftMs = 90_000;
    expect(await authenticate(token)).toBe(first);
    shiftMs = 131_000;
    expect(await authenticate(token)).toBe(undefined);
  });

  it('tells two issuers with one subject apart, and long subjects', async () => {
    const [one, two] = [await issuerOf(), await issuerOf()];
    const authenticate = authenticating(trusting(one), trusting(two, { name: 'other' }));
    const id = async (token: Promise<string>): Promise<string> => (await authenticate(await token))?.id ?? '';
    expect(await id(one.token())).toBe('workload:github:repo:acme/shop:ref:refs/heads/main');
    expect(await id(two.token())).toBe('workload:other:repo:acme/shop:ref:refs/heads/main');
    const long = `repo:acme/${'x'.repeat(300)}`;
    const [a, b] = [await id(one.token({ sub: `${long}a` })), await id(one.token({ sub: `${long}b` }))];
    expect([a.length <= 255, a === b, a.startsWith('workload:github:repo:acme/xxx')]).toEqual([true, false, true]);
    expect(await id(one.token({ sub: a.slice('workload:github:'.length) }))).not.toBe(a);
  });
});

describe('workloadIdentity answers undefined', () => {
  it.each([
    ['another audience', { aud: 'https://registry.example' }, {}],
    ['no audience', { aud: undefined }, {}],
    ['another issuer', { iss: 'https://token.actions.example' }, {}],
    ['no issuer', { iss: undefined }, {}],
    ['an issuer that is no text', { iss: ['x'] }, {}],
    ['no expiry', { exp: undefined }, {}],
    ['an expiry that is over', { exp: 1_000 }, {}],
    ['an expiry that is no number', { exp: '99999999999' }, {}],
    ['a beginning that is to come', { nbf: 4_000_000_000 }, {}],
    ['no subject', { sub: undefined }, {}],
    ['a subject that cannot be kept', { sub: 'repo:acme/\0' }, {}],
    ['a subject that no rule knows', { sub: 'repo:acme/' }, {}],
    ['a key that is not there', {}, { kid: "key-0'; drop table keys" }],
    ['a key that it brings along', {}, { kid: 'mine', jku: 'http://127.0.0.1:9/keys', x5u: 'http://127.0.0.1:9/' }],
  ])('to a token with %s', async (_what, claims, header) => {
    const issuer = await issuerOf();
    expect(await authenticating(trusting(issuer))(await issuer.token(claims, header))).toBe(undefined);
  });

  it('to a token that is signed by an algorithm that is not agreed on', async () => {
    const issuer = await issuerOf('ES384');
    expect(await authenticating(trusting(issuer))(await issuer.token())).toBe(undefined);
    expect(await authenticating(trusting(issuer, { algorithms: ['ES384'] }))(await issuer.token())).toBeDefined();
  });

  it('to no signature, and to the public key used as a secret', async () => {
    const issuer = await issuerOf('RS256');
    const authenticate = authenticating(trusting(issuer));
    const [, payload = '', signature = ''] = (await issuer.token()).split('.');
    const [key] = issuer.publicKeys();
    const head = (alg: string): string =>
      Buffer.from(JSON.stringify({ alg, kid: key?.kid })).toString('base64url') + `.${payload}`;
    const pem = createPublicKey({ key: key as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const mac = createHmac('sha256', pem).update(head('HS256')).digest('base64url');
    const forged = [`${head('none')}.`, `${head('none')}.${signature}`, `${head('HS256')}.${mac}`, `${head('nOnE')}.`];
    expect(await Promise.all(forged.map(authenticate))).toEqual(forged.map(() => undefined));
  });

  it('to everything that is no token', async () => {
    const issuer = await issuerOf();
    const authenticate = authenticating(trusting(issuer));
    const good = await issuer.token();
    const bad = [
      '',
      '.',
      '..',
      'a.b.c',
      good.slice(0, -1),
      `${good}.x`,
      ` ${good}`,
      '\0',
      'x'.repeat(1_000_000),
      `e30.${'a'.repeat(20_000)}.x`,
    ];
    expect(await Promise.all(bad.map(authenticate))).toEqual(bad.map(() => undefined));
    expect(issuer.asked.keys).toBeLessThanOrEqual(2);
  });

  it('to a token that was made too long ago, and remembers one no longer than that', async () => {
    const issuer = await issuerOf();
    const authenticate = authenticating(trusting(issuer, { maxTokenAgeSeconds: 60 }));
    const token = await issuer.token();
    expect(await authenticate(token)).toBeDefined();
    shiftMs = 95_000;
    expect(await authenticate(token)).toBe(undefined);
  });
});

describe('workloadIdentity, the keys', () => {
  it('follow a rotation at once', async () => {
    const issuer = await issuerOf();
    const authenticate = authenticating(trusting(issuer));
    const before = await issuer.token();
    expect(await authenticate(before)).toBeDefined();
    await issuer.rotate('keeping the old');
    expect(await authenticate(await issuer.token())).toBeDefined();
    expect(await authenticate(before)).toBeDefined();
    expect(issuer.asked.keys).toBe(2);
  });

  it('are asked for once in each cool-down, however many unknown ones are named', async () => {
    const issuer = await issuerOf();
    const authenticate = authenticating(trusting(issuer, { coolDownMs: 2_000 }));
    const flood = async (round: number): Promise<void> => {
      const tokens = Array.from({ length: 50 }, (_, n) => issuer.token({}, { kid: `no-${String(round * 100 + n)}` }));
      await Promise.all((await Promise.all(tokens)).map(authenticate));
    };
    await authenticate(await issuer.token());
    for (const round of [1, 2, 3]) await flood(round);
    expect(issuer.asked.keys).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 2_050));
    await flood(4);
    expect(issuer.asked.keys).toBe(3);
    expect(await authenticate(await issuer.token())).toBeDefined();
  });

  const SILENCE = 'nothing at all';
  const MISBEHAVIOURS: readonly (readonly [string, Answer])[] = [
    [SILENCE, () => undefined],
    ['HTML', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['an empty answer', json('')],
    ['an empty set', json({ keys: [] })],
    ['no set', json({ hello: 'world' })],
    ['keys that are none', json({ keys: [{ kty: 'RSA', n: '!', e: 1 }, null, 7] })],
    ['a megabyte', json(`{"keys":[],"x":"${'x'.repeat(1_000_000)}"}`)],
    ['500', (response) => response.writeHead(500).end()],
    ['the way elsewhere', (response) => response.writeHead(301, { location: 'http://127.0.0.1:9/' }).end()],
  ];

  it.each(MISBEHAVIOURS)(
    'come as %s: undefined in time, for that issuer alone, and good again later',
    async (what, answer) => {
      const [bad, good] = [await issuerOf(), await issuerOf()];
      const authenticate = authenticating(trusting(bad), trusting(good, { name: 'other' }));
      await authenticate(await good.token());
      bad.answer = answer;
      const began = performance.now();
      const order: string[] = [];
      const waiting = authenticate(await bad.token()).finally(() => order.push('bad'));
      expect(await authenticate(await good.token({ jti: 'another' }))).toBeDefined();
      order.push('good');
      expect(await waiting).toBe(undefined);
      if (what === SILENCE) expect(order).toEqual(['good', 'bad']);
      for (let n = 0; n < 20; n += 1) expect(await authenticate(await bad.token({ jti: String(n) }))).toBe(undefined);
      const tookMs = performance.now() - began;
      expect(tookMs).toBeLessThan(5_000);
      expect(bad.asked.keys).toBeLessThanOrEqual(2 + Math.floor(tookMs / COOL_DOWN_MS));
      bad.answer = undefined;
      await new Promise((resolve) => setTimeout(resolve, 450));
      expect(await authenticate(await bad.token())).toBeDefined();
    },
  );

  it.each<[string, (issuer: Issuer) => Answer]>([
    ['in more than 256 KiB', (issuer) => json({ keys: issuer.publicKeys(), filling: 'x'.repeat(300_000) })],
    [
      'elsewhere',
      ({ url }) =>
        (response) =>
          response.writeHead(302, { location: `${url}/elsewhere` }).end(),
    ],
    [
      'with a failure',
      (issuer) => (response) => response.writeHead(404).end(JSON.stringify({ keys: issuer.publicKeys() })),
    ],
  ])('are not taken %s, though they are the right ones', async (_how, answer) => {
    const issuer = await issuerOf();
    issuer.answer = answer(issuer);
    expect(await authenticating(trusting(issuer))(await issuer.token())).toBe(undefined);
    expect(issuer.asked.keys).toBe(1);
  });

  it('are told of when they cannot be had, once for each attempt', async () => {
    const issuer = await issuerOf();
    const told: string[] = [];
    const authenticate = workloadIdentity([trusting(issuer)], {
      clock,
      onTrouble: (name, reason) => told.push(`${name}: ${reason}`),
    });
    issuer.answer = (response) => response.writeHead(503).end();
    await Promise.all([authenticate(await issuer.token()), authenticate(await issuer.token({ jti: '2' }))]);
    await authenticate(await issuer.token({ jti: '3' }));
    expect(told).toEqual([`github: ${issuer.url.slice('http://'.length)}/keys answered 503`]);
  });

  it('outlive a short absence of the issuer', async () => {
    const issuer = await issuerOf();
    const authenticate = authenticating(trusting(issuer));
    await authenticate(await issuer.token());
    const next = await issuer.token({ jti: 'next' });
    await issuer.close();
    expect(await authenticate(next)).toBeDefined();
  });
});
