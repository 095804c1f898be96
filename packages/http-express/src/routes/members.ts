import type { GroupId, UserId } from '@xzepr/core';

import { MemberBody } from '../bodies.js';
import { memberJson } from '../identity-writing.js';
import { PAGE, idInPath, pageRequest } from '../query.js';
import { route } from '../route.js';
import type { Route } from '../route.js';
import { pageJson } from '../writing.js';

/** @internal */
export const memberRoutes: readonly Route[] = [
  route({
    ...{ method: 'post', path: '/groups/{id}/members', operationId: 'addMember' },
    summary: 'Let a user post to the receivers of a group that is for members only',
    body: { type: MemberBody, limit: 'eventBytes' },
    answers: {
      200: { description: 'They were a member already', schema: 'Member' },
      201: { description: 'They are a member now', schema: 'Member' },
    },
    problems: ['NOT_FOUND', 'USER_UNKNOWN', 'NOT_A_MEMBER', 'VERSION_STALE'],
    async handle({ registry, principal, path, body }) {
      const { member, added } = await registry.addMember(principal, groupOf(path), body.user_id);
      return { status: added ? 201 : 200, body: memberJson(member) };
    },
  }),
  route({
    ...{ method: 'get', path: '/groups/{id}/members', operationId: 'listMembers', summary: 'Members by user id' },
    query: PAGE,
    answers: { 200: { description: 'A page of members', schema: 'MemberPage' } },
    problems: ['NOT_FOUND', 'INVALID_CURSOR'],
    async handle({ registry, principal, path, query }) {
      const page = await registry.listMembers(principal, groupOf(path), pageRequest(query));
      return { status: 200, body: pageJson(page, memberJson) };
    },
  }),
  route({
    ...{ method: 'delete', path: '/groups/{id}/members/{user_id}', operationId: 'removeMember' },
    summary: 'Take a member out',
    answers: { 204: { description: 'They are none any more' } },
    problems: ['NOT_FOUND', 'NOT_A_MEMBER', 'VERSION_STALE'],
    async handle({ registry, principal, path }) {
      await registry.removeMember(principal, groupOf(path), idInPath<UserId>(path['user_id'] ?? '', 'user_id'));
      return { status: 204 };
    },
  }),
];

function groupOf(path: Readonly<Record<string, string>>): GroupId {
  return idInPath<GroupId>(path['id'] ?? '');
}
