import type { User, UserChange, UserId, UserInput } from '@xzepr/core';

import { UserBody, UserChangeBody } from '../bodies.js';
import { expectedVersion, versionTag } from '../conditions.js';
import { userJson } from '../identity-writing.js';
import { PAGE, booleanParameter, idInPath, pageRequest, textParameter } from '../query.js';
import { identityRoute } from '../route.js';
import type { Answer, IdentityCall, Route } from '../route.js';
import { pageJson } from '../writing.js';

const USER = { description: 'The user', schema: 'User', headers: ['ETag'] };

/** @internal */
export const userRoutes: readonly Route[] = [
  identityRoute({
    ...{ method: 'post', path: '/users', operationId: 'createUser', summary: 'Make a user' },
    body: { type: UserBody, limit: 'eventBytes' },
    idempotent: true,
    answers: { 201: { ...USER, headers: ['ETag', 'Location'] } },
    problems: ['USER_EXISTS'],
    handle({ identity, body: { display_name: displayName, ...rest }, create }) {
      const input: UserInput = displayName === undefined ? rest : { ...rest, displayName };
      return create(identity.createUser, input, (user) => userAnswer(201, user));
    },
  }),
  identityRoute({
    ...{ method: 'get', path: '/users', operationId: 'listUsers', summary: 'Users in the order they were made' },
    query: { username: textParameter, enabled: booleanParameter, ...PAGE },
    answers: { 200: { description: 'A page of users', schema: 'UserPage' } },
    problems: ['INVALID_CURSOR'],
    async handle({ identity, principal, query: { limit, cursor, ...filter } }) {
      const page = await identity.listUsers(principal, filter, pageRequest({ limit, cursor }));
      return { status: 200, body: pageJson(page, userJson) };
    },
  }),
  identityRoute({
    ...{ method: 'get', path: '/users/{id}', operationId: 'getUser', summary: 'A user' },
    answers: { 200: USER },
    problems: ['NOT_FOUND'],
    async handle({ identity, principal, path }) {
      return userAnswer(200, await identity.getUser(principal, idOf(path)));
    },
  }),
  identityRoute({
    ...{ method: 'patch', path: '/users/{id}', operationId: 'changeUser' },
    summary: 'Change a user; If-Match is honoured, and may be left out',
    body: { type: UserChangeBody, limit: 'eventBytes' },
    answers: { 200: USER },
    problems: ['NOT_FOUND', 'LAST_ADMIN', 'VERSION_STALE'],
    async handle(call) {
      const { display_name: displayName, ...rest } = call.body;
      const change: UserChange = displayName === undefined ? rest : { ...rest, displayName };
      return userAnswer(200, await changed(call, change));
    },
  }),
  identityRoute({
    ...{ method: 'delete', path: '/users/{id}', operationId: 'disableUser' },
    summary: 'Disable a user, who is kept because what they made names them',
    answers: { 204: { description: 'Nothing of theirs opens anything any more' } },
    problems: ['NOT_FOUND', 'LAST_ADMIN', 'VERSION_STALE'],
    async handle(call) {
      await changed(call, { enabled: false });
      return { status: 204 };
    },
  }),
  identityRoute({
    ...{
      method: 'delete',
      path: '/users/{id}/sessions',
      operationId: 'endSessions',
      summary: 'End all sessions of a user',
    },
    answers: { 204: { description: 'No token of theirs opens anything any more' } },
    problems: ['NOT_FOUND'],
    async handle({ identity, principal, path }) {
      await identity.endSessions(principal, idOf(path));
      return { status: 204 };
    },
  }),
];

async function changed(
  {
    identity,
    principal,
    path,
    headers,
  }: Pick<IdentityCall<never, unknown>, 'identity' | 'principal' | 'path' | 'headers'>,
  change: UserChange,
): Promise<User> {
  const id = idOf(path);
  const given = headers['if-match'] !== undefined;
  const version = given ? await expectedVersion(headers, () => identity.getUser(principal, id)) : undefined;
  return identity.changeUser(principal, id, change, version);
}

function idOf(path: Readonly<Record<string, string>>): UserId {
  return idInPath<UserId>(path['id'] ?? '');
}

function userAnswer(status: 200 | 201, user: User): Answer {
  const location = status === 201 ? { location: `/api/v1/users/${user.id}` } : {};
  return { status, headers: { ...location, etag: versionTag(user.resourceVersion) }, body: userJson(user) };
}
