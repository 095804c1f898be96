import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { realProvider } from './real-provider.js';
import type { RealProvider } from './real-provider.js';
import { clientOf, fault, newTrip, signIn } from './sign-in.js';

let provider: RealProvider;

beforeAll(async () => {
  provider = await realProvider();
});
afterEach(() => {
  Object.assign(provider, { person: { sub: 'alice' }, refusal: undefined, interfere: () => false });
});
afterAll(() => provider.close());

const KNOWN = { sub: 'alice', preferred_username: 'alice', groups: ['readers'] };

describe('oidcProvider, someone signs in', () => {
  it('says who they are and what their groups come to', async () => {
    provider.person = {
      ...{ sub: 'alice', preferred_username: 'alice', name: 'Alice Ö', email: 'alice@acme.example' },
      ...{ email_verified: true, groups: ['readers', 'deployers', 'cooks'] },
    };
    expect(await signIn(provider, clientOf(provider))).toEqual({
      ...{ subject: 'alice', username: 'alice', displayName: 'Alice Ö', email: 'alice@acme.example' },
      roles: ['event_manager', 'event_viewer'],
    });
  });

  it('sends no more than the challenge of the verifier, and asks for the code by S256', async () => {
    const trip = newTrip();
    const url = new URL(await clientOf(provider).begin(trip));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{ response_type: 'code', client_id: 'xzepr', scope: 'openid profile email', redirect_uri: trip.callbackUrl },
      ...{ state: trip.state, nonce: trip.nonce, code_challenge_method: 'S256' },
    });
    expect(url.href).not.toContain(trip.verifier);
  });

  it('reads a claim inside another, and drops what does not map', async () => {
    const client = clientOf(provider, {
      roleClaim: 'realm_access.roles',
      roleMap: { ops: ['admin', 'nobody' as 'admin'].slice(0, 1) as ['admin'] },
    });
    provider.person = { ...KNOWN, realm_access: { roles: ['ops', 'constructor', '__proto__', 7, null] } };
    expect((await signIn(provider, client)).roles).toEqual(['admin']);
  });

  it.each([
    ['no groups', {}],
    ['groups that mean nothing here', { groups: ['cooks'] }],
    ['groups that are no list of texts', { groups: { deployers: true } }],
    ['a group in another case', { groups: ['Deployers'] }],
  ])('gives no role for %s', async (_what, claims) => {
    provider.person = { sub: 'alice', preferred_username: 'alice', ...claims };
    expect((await signIn(provider, clientOf(provider))).roles).toEqual([]);
  });

  it.each([
    ['not verified', { email_verified: false }],
    ['said to be verified by a text', { email_verified: 'true' }],
    ['said nothing about', {}],
  ])('leaves an address out that is %s, as a name too', async (_what, claims) => {
    provider.person = { sub: 'alice', email: 'root@acme.example', groups: ['readers'], ...claims };
    const { email, username } = await signIn(provider, clientOf(provider));
    expect({ email, username }).toEqual({ email: undefined, username: undefined });
  });

  it('leaves out a name that looks like another', async () => {
    provider.person = { ...KNOWN, preferred_username: 'аlice', nickname: 'al' };
    expect((await signIn(provider, clientOf(provider))).username).toBe('al');
    expect((await signIn(provider, clientOf(provider, { usernameClaim: 'preferred_username' }))).username).toBe(
      undefined,
    );
  });

  it('asks userinfo only for what the ID token leaves open', async () => {
    const generous = await realProvider({ claimsInToken: true });
    generous.person = KNOWN;
    expect((await signIn(generous, clientOf(generous))).roles).toEqual(['event_viewer']);
    expect(generous.asked.get('/me')).toBe(undefined);
    await generous.close();
  });

  it('keeps two providers with one subject apart by their names alone', async () => {
    const other = await realProvider();
    other.person = { ...KNOWN, groups: ['deployers'] };
    provider.person = KNOWN;
    const [here, there] = [clientOf(provider), clientOf(other, { name: 'other' })];
    expect([(await signIn(provider, here)).subject, (await signIn(other, there)).subject]).toEqual(['alice', 'alice']);
    expect([here.name, there.name]).toEqual(['acme', 'other']);
    const trip = newTrip();
    const query = await other.visit(await there.begin(trip));
    expect(await fault(here.finish({ ...trip, query }))).toContain('"iss" (issuer)');
    await other.close();
  });
});

describe('oidcProvider, the keys change', () => {
  it('lets in who was under way while the provider rotated its key', async () => {
    const client = clientOf(provider);
    provider.person = KNOWN;
    await signIn(provider, client);
    const asked = provider.asked.get('/jwks') ?? 0;
    await signIn(provider, client);
    expect(provider.asked.get('/jwks')).toBe(asked);
    expect((await signIn(provider, client, () => provider.rotate())).subject).toBe('alice');
    expect(provider.asked.get('/jwks')).toBe(asked + 1);
  });

  it('asks for a second unknown key only after the cool-down', async () => {
    const client = clientOf(provider, { keysCoolDownMs: 1_500 });
    provider.person = KNOWN;
    await signIn(provider, client);
    await signIn(provider, client, () => provider.rotate());
    const early = await fault(signIn(provider, client, () => provider.rotate()));
    expect(early).toMatch(/^IDENTITY_PROVIDER_REFUSED: what acme says does not hold: no applicable key/);
    await new Promise((resolve) => setTimeout(resolve, 1_550));
    expect((await signIn(provider, client)).subject).toBe('alice');
  });
});
