import { InvalidQueryError } from '@xzepr/core';

import { tokensJson } from '../identity-writing.js';
import { textParameter } from '../query.js';
import type { Parameter } from '../query.js';
import { identityRoute } from '../route.js';
import type { Answer, Call, Route } from '../route.js';
import { tripCookie, tripIn } from '../trip-cookie.js';

/** What a provider sends back (RFC 6749, RFC 9207), among what it likes; it is the provider's adapter that reads it. */
const given: Parameter<string> = {
  schema: { type: 'string', maxLength: 4_096 },
  parse: (text) => (text.length <= 4_096 ? { value: text } : { fault: 'is too long' }),
};
const BACK = {
  ...{ state: given, code: given, iss: given },
  ...{ error: given, error_description: given, error_uri: given },
};

/** @internal */
export const oidcRoutes: readonly Route[] = [
  identityRoute({
    ...{ method: 'get', path: '/auth/oidc/{provider}/login', operationId: 'beginProviderSignIn' },
    summary: 'Send the browser to an identity provider',
    query: { return_to: textParameter },
    isPublic: true,
    answers: { 303: { description: 'On to the provider', headers: ['Location', 'Set-Cookie'] } },
    problems: ['NOT_FOUND', 'IDENTITY_PROVIDER_UNAVAILABLE'],
    async handle(call) {
      const path = callbackPath(call);
      const url = callbackUrl(call);
      const {
        url: location,
        browser,
        maxAgeSeconds,
      } = await call.identity.beginTrip(provider(call), url, call.query.return_to);
      return {
        status: 303,
        headers: { location, 'set-cookie': tripCookie(path, isSecure(call), browser, maxAgeSeconds) },
      };
    },
  }),
  identityRoute({
    ...{ method: 'get', path: '/auth/oidc/{provider}/callback', operationId: 'finishProviderSignIn' },
    summary: 'Let in whoever comes back from an identity provider',
    query: BACK,
    mayHaveOtherQuery: true,
    isPublic: true,
    answers: {
      200: { description: 'The tokens', schema: 'Tokens', headers: ['Set-Cookie'] },
      303: { description: 'On to where the sign-in was begun from', headers: ['Location', 'Set-Cookie'] },
    },
    problems: ['NOT_FOUND', 'SIGN_IN_REFUSED', 'IDENTITY_PROVIDER_REFUSED', 'IDENTITY_PROVIDER_UNAVAILABLE'],
    async handle(call) {
      const browser = tripIn(call.headers);
      const back = { callbackUrl: callbackUrl(call), query: call.search.replace(/^\?/, ''), origin: call.origin };
      const { tokens, returnTo } = await call.identity.finishTrip(provider(call), {
        ...{ ...back, state: call.query.state, browser },
      });
      const headers = { 'set-cookie': tripCookie(callbackPath(call), isSecure(call), '', 0) };
      if (returnTo === undefined) return { status: 200, headers, body: tokensJson(tokens) };
      return onward(headers, returnTo, tokens.refreshToken);
    },
  }),
];

type OidcCall = Pick<Call<never, unknown>, 'path' | 'publicUrl'>;

/**
 * Tokens do not travel in a URL, but a refresh token may, in the part that no server sees: the page uses it up at once, and
 * what stays in the browser's history opens nothing.
 */
function onward(headers: Readonly<Record<string, string>>, returnTo: string, refreshToken: string): Answer {
  const [path = '/'] = returnTo.split('#', 1);
  return { status: 303, headers: { ...headers, location: `${path}#refresh_token=${refreshToken}` } };
}

function provider({ path }: OidcCall): string {
  return path['provider'] ?? '';
}

function callbackPath(call: OidcCall): string {
  return `/api/v1/auth/oidc/${encodeURIComponent(provider(call))}/callback`;
}

/** The server's own idea of its address: never what a request says in `Host`. */
function callbackUrl(call: OidcCall): string {
  if (call.publicUrl === undefined) {
    throw new InvalidQueryError([{ pointer: '/provider', detail: 'sign-in through providers is not set up here' }]);
  }
  return call.publicUrl + callbackPath(call);
}

function isSecure({ publicUrl }: OidcCall): boolean {
  return publicUrl?.startsWith('https:') === true;
}
