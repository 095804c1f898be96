import type { TokenId } from '@xzepr/core';

import { LoginBody, PasswordBody, RefreshBody } from '../bodies.js';
import { tokensJson, whoAmIJson } from '../identity-writing.js';
import { idInPath } from '../query.js';
import { identityRoute } from '../route.js';
import type { Route } from '../route.js';

const TOKENS = { 200: { description: 'An access token and the refresh token that follows it', schema: 'Tokens' } };

/** @internal */
export const authRoutes: readonly Route[] = [
  identityRoute({
    ...{
      method: 'post',
      path: '/auth/login',
      operationId: 'signIn',
      summary: 'Sign in with a username and a password',
    },
    body: { type: LoginBody, limit: 'eventBytes' },
    isPublic: true,
    answers: TOKENS,
    problems: ['SIGN_IN_REFUSED', 'SIGN_IN_SLOWED'],
    async handle({ identity, body: { username, password }, origin }) {
      return { status: 200, body: tokensJson(await identity.signIn({ username, password, origin })) };
    },
  }),
  identityRoute({
    ...{ method: 'post', path: '/auth/refresh', operationId: 'refreshTokens' },
    summary: 'New tokens for a refresh token, which is used up by it',
    body: { type: RefreshBody, limit: 'eventBytes' },
    isPublic: true,
    answers: TOKENS,
    problems: ['SIGN_IN_REFUSED'],
    async handle({ identity, body: { refresh_token: token }, origin }) {
      return { status: 200, body: tokensJson(await identity.refresh(token, origin)) };
    },
  }),
  identityRoute({
    ...{ method: 'post', path: '/auth/logout', operationId: 'signOut', summary: 'End the session of the token shown' },
    answers: { 204: { description: 'No token of the session opens anything any more' } },
    problems: [],
    async handle({ identity, principal }) {
      await identity.signOut(principal);
      return { status: 204 };
    },
  }),
  identityRoute({
    ...{ method: 'delete', path: '/auth/tokens/{id}', operationId: 'revokeToken' },
    summary: 'End one access token before its time, by its `jti`',
    answers: { 204: { description: 'It opens nothing any more' } },
    problems: [],
    async handle({ identity, principal, path }) {
      await identity.revokeToken(principal, idInPath<TokenId>(path['id'] ?? ''));
      return { status: 204 };
    },
  }),
  identityRoute({
    ...{ method: 'get', path: '/auth/me', operationId: 'whoAmI', summary: 'Who is asking, and what they may do' },
    answers: { 200: { description: 'Who is asking', schema: 'WhoAmI' } },
    problems: [],
    async handle({ identity, principal }) {
      return { status: 200, body: whoAmIJson(await identity.whoAmI(principal)) };
    },
  }),
  identityRoute({
    ...{ method: 'post', path: '/auth/password', operationId: 'changePassword' },
    summary: 'Change your own password; ends your other sessions',
    body: { type: PasswordBody, limit: 'eventBytes' },
    answers: { 204: { description: 'It is changed' } },
    problems: ['SIGN_IN_REFUSED', 'SIGN_IN_SLOWED'],
    async handle({ identity, principal, body: { current_password: before, new_password: after } }) {
      await identity.changePassword(principal, before, after);
      return { status: 204 };
    },
  }),
];
