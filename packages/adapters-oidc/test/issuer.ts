import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';

export type Answer = (response: ServerResponse) => void;

/** An issuer of workload tokens on a free port, whose keys and manners can be changed. */
export interface Issuer {
  readonly url: string;
  /** What it answers for its keys, when that is not its keys. */
  answer: Answer | undefined;
  /** How often its keys and its discovery document were asked for. */
  readonly asked: { keys: number; discovery: number };
  /** Signs with a new key from now on; the old one is gone unless it is kept. */
  rotate(kept?: 'keeping the old'): Promise<void>;
  /** A token for the audience `xzepr` that is good for five minutes; what is given comes on top. */
  token(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
  publicKeys(): readonly JWK[];
  close(): Promise<void>;
}

export async function startIssuer(alg: string = 'ES256'): Promise<Issuer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  let [signing, keys] = await nextKey(alg, []);

  const self: Issuer = {
    ...{ url, answer: undefined, asked: { keys: 0, discovery: 0 } },
    async rotate(kept) {
      [signing, keys] = await nextKey(alg, kept === undefined ? [] : keys);
    },
    token(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1_000);
      const payload = { iss: url, aud: 'xzepr', sub: 'repo:acme/shop:ref:refs/heads/main', iat: now, exp: now + 300 };
      const protectedHeader = { alg, kid: keys.at(-1)?.kid ?? '', typ: 'JWT', ...header };
      return new SignJWT({ ...payload, ...claims }).setProtectedHeader(protectedHeader).sign(signing);
    },
    publicKeys: () => keys,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on('request', (request, response) => {
    if (request.url === '/.well-known/openid-configuration') {
      self.asked.discovery += 1;
      json({ issuer: url, jwks_uri: `${url}/keys` })(response);
      return;
    }
    self.asked.keys += 1;
    if (request.url === '/elsewhere') json({ keys })(response);
    else (self.answer ?? json({ keys }))(response);
  });
  return self;
}

export function json(body: unknown): Answer {
  return (response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  };
}

let made = 0;

async function nextKey(alg: string, before: readonly JWK[]): Promise<[CryptoKey, readonly JWK[]]> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  made += 1;
  return [privateKey, [...before, { ...(await exportJWK(publicKey)), kid: `key-${String(made)}`, alg, use: 'sig' }]];
}
