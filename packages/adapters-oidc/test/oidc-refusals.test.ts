import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';

import { CALLBACK, realProvider, SECRET } from './real-provider.js';
import type { RealProvider } from './real-provider.js';
import { clientOf, fault, newTrip, signIn } from './sign-in.js';

let provider: RealProvider;

beforeAll(async () => {
  provider = await realProvider();
});
afterEach(() => {
  Object.assign(provider, {
    person: { sub: 'alice', groups: ['readers'] },
    refusal: undefined,
    interfere: () => false,
  });
});
afterAll(() => provider.close());

const REFUSED = 'IDENTITY_PROVIDER_REFUSED: ';
const AWAY = 'IDENTITY_PROVIDER_UNAVAILABLE: the identity provider does not answer now; try again a little later';

describe('oidcProvider refuses', () => {
  it('a callback that comes a second time', async () => {
    const client = clientOf(provider);
    const trip = newTrip();
    const query = await provider.visit(await client.begin(trip));
    expect((await client.finish({ ...trip, query })).subject).toBe('alice');
    expect(await fault(client.finish({ ...trip, query }))).toMatch(`${REFUSED}acme refused: invalid_grant`);
  });

  it.each([
    ['another state', { state: 'x'.repeat(43) }, 'unexpected "state" response parameter value'],
    ['another nonce', { nonce: 'x'.repeat(43) }, 'unexpected ID Token "nonce" claim value'],
    ['another verifier', { verifier: 'x'.repeat(43) }, 'invalid_grant'],
    ['another callback', { callbackUrl: CALLBACK.replace('acme', 'other') }, 'invalid_grant'],
  ])('%s than it was begun with', async (_what, change, why) => {
    const client = clientOf(provider);
    const trip = newTrip();
    const query = await provider.visit(await client.begin(trip));
    const told = await fault(client.finish({ ...trip, query, ...change }));
    expect(told.startsWith(REFUSED)).toBe(true);
    expect(told).toContain(why);
  });

  it.each(['', 'code=x', 'state=a&state=b&code=x', 'code=%00', 'error=', '&&&==='])('the query %j', async (query) => {
    expect(await fault(clientOf(provider).finish({ ...newTrip(), query }))).toContain(REFUSED);
  });

  it('what the provider refuses, in its words, cleaned and cut short', async () => {
    const words = `no\u202e\u0000 <b>way</b>\r\n${'z'.repeat(500)}`;
    const trip = newTrip();
    const query = new URLSearchParams({
      error: 'access_denied',
      error_description: words,
      state: trip.state,
      iss: provider.issuer,
    });
    const told = await fault(clientOf(provider).finish({ ...trip, query: query.toString() }));
    expect(told).toMatch(/: acme refused: access_denied: no <b>way<\/b> z{100,190}$/);
    expect(told.length).toBeLessThan(300);
  });

  it('whom the provider turned away', async () => {
    provider.refusal = { error: 'access_denied', error_description: 'ask the night shift' };
    expect(await fault(signIn(provider, clientOf(provider)))).toBe(
      `${REFUSED}acme refused: access_denied: ask the night shift`,
    );
  });

  it('to show the secret, whatever the provider says of it', async () => {
    const told = await fault(signIn(provider, clientOf(provider, { clientSecret: `${SECRET}-not` })));
    expect(told).toMatch(`${REFUSED}acme refused: invalid_client`);
    expect(told).not.toContain(SECRET);
  });
});

describe('oidcProvider refuses a token', () => {
  const now = (): number => Math.floor(Date.now() / 1_000);

  it.each([{}, { azp: 'xzepr' }, { aud: ['xzepr', 'other'], azp: 'xzepr' }])('but not one with %j', async (claims) => {
    expect((await signIn(provider, clientOf(provider), forging(claims, {}))).username).toBe('alice');
  });

  it.each([
    ['for another client', { aud: 'someone-else' }, {}],
    ['for others too, by nobody in particular', { aud: ['xzepr', 'other'] }, {}],
    ['for others too, by one of them', { aud: ['xzepr', 'other'], azp: 'other' }, {}],
    ['by another party', { azp: 'other' }, {}],
    ['of another issuer', { iss: 'https://evil.example' }, {}],
    ['that is over', { exp: 1_000 }, {}],
    ['from the future', { nbf: 4_000_000_000 }, {}],
    ['without a subject', { sub: undefined }, {}],
    ['with a subject that is too long', { sub: 'x'.repeat(256) }, {}],
    ['with a subject that cannot be kept', { sub: 'x\0' }, {}],
    ['with a key that is not there', {}, { kid: 'nobody' }],
  ])('%s', async (_what, claims, header) => {
    const told = await fault(signIn(provider, clientOf(provider), forging(claims, header)));
    expect(told.startsWith(REFUSED)).toBe(true);
  });

  it.each([
    ['without signature', 'none'],
    ['signed with the secret', 'HS256'],
  ])('%s', async (_what, alg) => {
    const told = await fault(
      signIn(provider, clientOf(provider), async (_query, { nonce }) => {
        const [, payload = ''] = (await provider.sign(claimsFor(nonce))).split('.');
        const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
        answerTokens(`${header}.${payload}.${alg === 'none' ? '' : 'AAAA'}`);
      }),
    );
    expect(told.startsWith(REFUSED)).toBe(true);
  });

  it('whose signature is of something else', async () => {
    const told = await fault(
      signIn(provider, clientOf(provider), async (_query, { nonce }) => {
        const [header = '', payload = ''] = (await provider.sign(claimsFor(nonce))).split('.');
        const [, , signature = ''] = (await provider.sign({ sub: 'other' })).split('.');
        answerTokens(`${header}.${payload}.${signature}`);
      }),
    );
    expect(told).toBe(`${REFUSED}what acme says does not hold: signature verification failed`);
  });

  function claimsFor(nonce: string): Record<string, unknown> {
    const person = { sub: 'alice', preferred_username: 'alice', groups: ['readers'] };
    return { ...person, iss: provider.issuer, aud: 'xzepr', nonce, iat: now(), exp: now() + 60 };
  }

  function answerTokens(idToken: string): void {
    provider.interfere = (path, response) => {
      if (path !== '/token') return false;
      json(response, { access_token: 'x', token_type: 'Bearer', id_token: idToken });
      return true;
    };
  }

  function forging(claims: Record<string, unknown>, header: Record<string, unknown>) {
    return async (_query: string, { nonce }: { readonly nonce: string }): Promise<void> => {
      answerTokens(await provider.sign({ ...claimsFor(nonce), ...claims }, header));
    };
  }
});

describe('oidcProvider, the provider', () => {
  const MISBEHAVIOURS: readonly (readonly [string, (response: ServerResponse) => void])[] = [
    ['answers 500', (response) => response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"x"}')],
    ['answers HTML', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>')],
    [
      'answers HTML and says it is JSON',
      (response) => {
        json(response, '<html>');
      },
    ],
    ['answers nothing', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end()],
    [
      'answers a list',
      (response) => {
        json(response, '[]');
      },
    ],
    [
      'answers with half of it',
      (response) => {
        json(response, '{"issuer":"h');
      },
    ],
    ['sends elsewhere', (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
    ['is busy', (response) => response.writeHead(429).end()],
    ['hangs up', (response) => response.destroy()],
    ['says nothing', () => undefined],
    [
      'never ends',
      (response) => {
        trickle(response);
      },
    ],
    [
      'says too much',
      (response) => {
        json(response, `{"a":"${'x'.repeat(600_000)}"}`);
      },
    ],
  ];
  const CLIENT = { timeoutMs: 300 };

  it.each(MISBEHAVIOURS)('%s when it is asked about itself', async (_what, misbehave) => {
    provider.interfere = at('/.well-known/openid-configuration', misbehave);
    const client = clientOf(provider, CLIENT);
    expect(await fault(client.begin(newTrip()))).toBe(AWAY);
    provider.interfere = () => false;
    expect(await client.begin(newTrip())).toContain(provider.issuer);
  });

  it.each(['/token', '/jwks', '/me'].flatMap((path) => MISBEHAVIOURS.map(([what, how]) => [what, path, how] as const)))(
    '%s at %s',
    async (_what, path, misbehave) => {
      provider.person = { sub: 'alice', groups: ['readers'] };
      const told = await fault(
        signIn(provider, clientOf(provider, CLIENT), async () => {
          provider.interfere = at(path, misbehave);
        }),
      );
      expect(told).toBe(AWAY);
    },
  );

  it('is not there at all', async () => {
    const gone = await realProvider();
    const client = clientOf(gone, CLIENT);
    await gone.close();
    expect(await fault(client.begin(newTrip()))).toBe(AWAY);
    expect(await fault(client.finish({ ...newTrip(), query: 'code=x' }))).toBe(AWAY);
  });

  it('is asked about itself once by all who wait, and not again for a while', async () => {
    const path = '/.well-known/openid-configuration';
    const before = provider.asked.get(path) ?? 0;
    const client = clientOf(provider);
    await Promise.all(Array.from({ length: 20 }, () => client.begin(newTrip())));
    await client.begin(newTrip());
    expect(provider.asked.get(path)).toBe(before + 1);
  });

  it('is used as it was known when it does not answer to be known anew', async () => {
    const client = clientOf(provider, { ...CLIENT, discoveryMaxAgeMs: 0 });
    await client.begin(newTrip());
    provider.interfere = at('/.well-known/openid-configuration', (response) => response.destroy());
    expect(await client.begin(newTrip())).toContain(provider.issuer);
  });

  it.each([
    ['another issuer', { issuer: 'http://127.0.0.1:1' }],
    ['keys by plain http elsewhere', { jwks_uri: 'http://keys.example/jwks' }],
    ['a door that is a script', { authorization_endpoint: 'javascript:alert(1)' }],
  ])('says of itself %s', async (_what, change) => {
    const path = '/.well-known/openid-configuration';
    const document = (await (await fetch(provider.issuer + path)).json()) as object;
    provider.interfere = at(path, (response) => {
      json(response, { ...document, ...change });
    });
    expect(await fault(clientOf(provider).begin(newTrip()))).toMatch(/^IDENTITY_PROVIDER_/);
  });
});

function at(wanted: string, misbehave: (response: ServerResponse) => void): RealProvider['interfere'] {
  return (path, response) => {
    if (path !== wanted) return false;
    misbehave(response);
    return true;
  };
}

function json(response: ServerResponse, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}

function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => {
    clearInterval(timer);
  });
}
