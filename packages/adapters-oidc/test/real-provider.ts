import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { JWK, JWTPayload } from 'jose';
import { Provider } from 'oidc-provider';
import type { Configuration } from 'oidc-provider';

import { StoredModels } from './stored-models.js';

export const CALLBACK = 'http://127.0.0.1:9/api/v1/auth/oidc/acme/callback';
export const SECRET = 'a-secret+of:the/client%41';

/** Takes a request instead of the provider; false lets it through. */
type Interference = (path: string, response: ServerResponse, request: IncomingMessage) => boolean;

/** An OpenID Connect provider of another make, on a free port, that can be made to misbehave. */
export interface RealProvider {
  readonly issuer: string;
  /** Who signs in next, and what is said of them. */
  person: Readonly<Record<string, unknown>> & { readonly sub: string };
  /** Set to have the person refuse. */
  refusal: { readonly error: string; readonly error_description: string } | undefined;
  interfere: Interference;
  /** How often each path was asked for. */
  readonly asked: Map<string, number>;
  /** Puts a new signing key in the place of the old one. */
  rotate(): Promise<void>;
  /** A token that the provider would sign. */
  sign(claims: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Goes where the browser would, up to the callback; what it brings there. */
  visit(url: string): Promise<string>;
  close(): Promise<void>;
}

export interface ProviderTraits {
  /** Puts every claim into the ID token instead of userinfo. */
  readonly claimsInToken?: boolean;
}

export async function realProvider(traits: ProviderTraits = {}): Promise<RealProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const asked = new Map<string, number>();
  let key = await newKey();

  const self: RealProvider = {
    issuer,
    ...{ person: { sub: 'alice' }, refusal: undefined, interfere: () => false, asked },
    async rotate() {
      key = await newKey();
      provider = made();
    },
    async sign(claims, header = {}) {
      const protectedHeader = { alg: 'ES256', kid: key.kid ?? '', ...header };
      return new SignJWT(claims).setProtectedHeader(protectedHeader).sign(await importJWK(key, 'ES256'));
    },
    visit,
    close: () => closed(server),
  };
  const made = (): Provider => new Provider(issuer, settings(traits, key, self));
  let provider = made();
  server.on('request', (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    if (self.interfere(path, response, request)) return;
    if (path.startsWith('/interaction/')) void interact(provider, self, request, response);
    else void provider.callback()(request, response);
  });
  return self;
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: `k${String(Math.random()).slice(2)}`, alg: 'ES256', use: 'sig' };
}

function settings(traits: ProviderTraits, key: JWK, self: RealProvider): Configuration {
  return {
    adapter: StoredModels,
    jwks: { keys: [key] },
    clients: [
      {
        client_id: 'xzepr',
        client_secret: SECRET,
        redirect_uris: [CALLBACK],
        id_token_signed_response_alg: 'ES256',
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    cookies: { keys: ['test'] },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, AuthorizationCode: 60, IdToken: 600 },
    clientAuthMethods: ['client_secret_basic'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: { devInteractions: { enabled: false } },
    conformIdTokenClaims: traits.claimsInToken !== true,
    claims: {
      profile: ['name', 'preferred_username', 'nickname'],
      email: ['email', 'email_verified'],
      openid: ['sub', 'groups', 'realm_access'],
    },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ ...self.person, sub: accountId }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant({ oidc }) {
      const { client, session } = oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  };
}

async function interact(
  provider: Provider,
  { person, refusal }: RealProvider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await provider.interactionFinished(request, response, refusal ?? { login: { accountId: person.sub } });
}

async function visit(start: string): Promise<string> {
  const jar = new Map<string, string>();
  let url = start;
  for (let steps = 0; steps < 10; steps += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const text of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (text.split(';')[0] ?? '').split('=');
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`the provider answered ${String(answer.status)}: ${await answer.text()}`);
    url = new URL(location, url).href;
    if (url.startsWith(CALLBACK)) return new URL(url).search.slice(1);
  }
  throw new Error('the provider never came to the callback');
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
