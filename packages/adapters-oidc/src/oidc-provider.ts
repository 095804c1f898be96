import type { IdentityProvider, TripBack, VouchedPerson } from '@xzepr/core';
import { IdentityProviderRefusedError } from '@xzepr/core';
import { jwtVerify } from 'jose';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  fetchUserInfo,
} from 'openid-client';

import { boundedFetch } from './bounded-fetch.js';
import type { Claims } from './claim-path.js';
import { providerClient } from './provider-client.js';
import type { ProviderClient } from './provider-client.js';
import { oidcProviderFault } from './provider-options.js';
import type { OidcProviderOptions } from './provider-options.js';
import { portError } from './provider-refusal.js';
import { SIGNATURE_ALGORITHMS } from './signature-algorithms.js';
import { isComplete, vouchedPerson } from './vouched-person.js';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 512 * 1_024;
const LEEWAY_S = 30;
const SCOPES = ['openid', 'profile', 'email'];

/**
 * An OpenID Connect provider: authorization code with PKCE (S256). Nothing is asked of it before someone signs in, so that a
 * provider that is away does not keep the server from starting.
 *
 * @throws Error the options are not usable; see {@link oidcProviderFault}
 * @public
 */
export function oidcProvider(options: OidcProviderOptions): IdentityProvider {
  const fault = oidcProviderFault(options);
  if (fault !== undefined) throw new Error(`identity provider: ${fault}`);
  const { name, scopes = SCOPES, timeoutMs = TIMEOUT_MS, allowInsecure = false } = options;
  const client = providerClient(options, boundedFetch({ timeoutMs, maxBytes: MAX_BYTES, allowInsecure }));
  const inWords = (error: unknown): never => {
    throw portError(error, name);
  };

  return {
    name,
    async begin({ state, nonce, verifier, callbackUrl }) {
      const { configuration } = await client().catch(inWords);
      return buildAuthorizationUrl(configuration, {
        redirect_uri: callbackUrl,
        scope: scopes.join(' '),
        ...{ state, nonce, code_challenge: await calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
      }).href;
    },
    async finish(trip) {
      return client()
        .then((found) => personOf(options, found, trip))
        .catch(inWords);
    },
  };
}

async function personOf(options: OidcProviderOptions, client: ProviderClient, trip: TripBack): Promise<VouchedPerson> {
  const { configuration } = client;
  const tokens = await authorizationCodeGrant(configuration, callbackOf(trip), {
    pkceCodeVerifier: trip.verifier,
    expectedState: trip.state,
    expectedNonce: trip.nonce,
    idTokenExpected: true,
  });
  const claims = await signedClaims(options, client, tokens.id_token ?? '');
  const subject = claims['sub'];
  const enough = isComplete(claims, options) || configuration.serverMetadata().userinfo_endpoint === undefined;
  if (enough || typeof subject !== 'string') return vouchedPerson([claims], options);
  const more: Claims = { ...(await fetchUserInfo(configuration, tokens.access_token, subject)) };
  return vouchedPerson([claims, more], options);
}

/** The library has compared the claims; that it was the provider who signed them is checked here, by keys that may rotate. */
async function signedClaims(
  { name, clientId }: OidcProviderOptions,
  { configuration, findKey }: ProviderClient,
  idToken: string,
): Promise<Claims> {
  const { payload } = await jwtVerify(idToken, findKey, {
    issuer: configuration.serverMetadata().issuer,
    audience: clientId,
    algorithms: [...SIGNATURE_ALGORITHMS],
    clockTolerance: LEEWAY_S,
    requiredClaims: ['exp', 'iat', 'sub'],
  });
  if (payload['azp'] === undefined || payload['azp'] === clientId) return payload;
  throw new IdentityProviderRefusedError(`what ${name} says does not hold: its token is for another client`);
}

function callbackOf({ callbackUrl, query }: TripBack): URL {
  const url = new URL(callbackUrl);
  url.search = query;
  return url;
}
