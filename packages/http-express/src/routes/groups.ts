import type { GroupChange, GroupId, GroupInput, GroupView, ReceiverId } from '@xzepr/core';

import { GroupBody, GroupChangeBody } from '../bodies.js';
import { expectedVersion, versionTag } from '../conditions.js';
import { PAGE, booleanParameter, idInPath, idParameter, pageRequest, textParameter } from '../query.js';
import { route } from '../route.js';
import type { Answer, Route } from '../route.js';
import { groupJson, groupRevisionJson, pageJson } from '../writing.js';

const NAMING = { name: textParameter, type: textParameter, version: textParameter, enabled: booleanParameter };
const GROUP = { description: 'The group', schema: 'Group', headers: ['ETag'] };

/** @internal */
export const groupRoutes: readonly Route[] = [
  route({
    ...{ method: 'post', path: '/groups', operationId: 'createGroup', summary: 'Make a gate of receivers' },
    body: { type: GroupBody, limit: 'eventBytes' },
    idempotent: true,
    answers: { 201: { ...GROUP, headers: ['ETag', 'Location'] } },
    problems: ['INVALID_INPUT', 'RECEIVER_UNKNOWN', 'GROUP_EXISTS'],
    handle({ registry, body: { event_receiver_ids: receiverIds, members_only: membersOnly, ...rest }, create }) {
      const input: GroupInput = { ...rest, receiverIds, ...(membersOnly !== undefined && { membersOnly }) };
      return create(registry.createGroup, input, (group) => groupAnswer(201, group));
    },
  }),
  route({
    ...{ method: 'get', path: '/groups', operationId: 'listGroups', summary: 'Groups in the order they were made' },
    query: { ...NAMING, event_receiver_id: idParameter<ReceiverId>(), ...PAGE },
    answers: { 200: { description: 'A page of groups', schema: 'GroupPage' } },
    problems: ['INVALID_CURSOR'],
    async handle({ registry, principal, query: { limit, cursor, event_receiver_id: receiverId, ...naming } }) {
      const filter = receiverId === undefined ? naming : { ...naming, receiverId };
      return {
        status: 200,
        body: pageJson(await registry.listGroups(principal, filter, pageRequest({ limit, cursor })), groupJson),
      };
    },
  }),
  route({
    ...{ method: 'get', path: '/groups/{id}', operationId: 'getGroup', summary: 'A group' },
    answers: { 200: GROUP },
    problems: ['NOT_FOUND'],
    async handle({ registry, principal, path }) {
      return groupAnswer(200, await registry.getGroup(principal, idOf(path)));
    },
  }),
  route({
    ...{ method: 'patch', path: '/groups/{id}', operationId: 'changeGroup' },
    summary: 'Change a group; its subjects are settled anew in the background',
    body: { type: GroupChangeBody, limit: 'eventBytes' },
    ifMatch: true,
    answers: { 200: GROUP },
    problems: ['INVALID_INPUT', 'RECEIVER_UNKNOWN', 'NOT_FOUND', 'NOT_A_MEMBER', 'VERSION_STALE'],
    async handle({ registry, principal, path, body, headers }) {
      const { event_receiver_ids: receiverIds, members_only: membersOnly, ...rest } = body;
      const id = idOf(path);
      const version = await expectedVersion(headers, () => registry.getGroup(principal, id));
      const change: GroupChange = {
        ...rest,
        ...(receiverIds !== undefined && { receiverIds }),
        ...(membersOnly !== undefined && { membersOnly }),
      };
      return groupAnswer(200, await registry.changeGroup(principal, id, change, version));
    },
  }),
  route({
    ...{
      method: 'delete',
      path: '/groups/{id}',
      operationId: 'deleteGroup',
      summary: 'Delete a group; what it decided stays',
    },
    ifMatch: true,
    answers: { 204: { description: 'It is gone' } },
    problems: ['NOT_FOUND', 'NOT_A_MEMBER', 'VERSION_STALE'],
    async handle({ registry, principal, path, headers }) {
      const id = idOf(path);
      const version = await expectedVersion(headers, () => registry.getGroup(principal, id));
      await registry.deleteGroup(principal, id, version);
      return { status: 204 };
    },
  }),
  route({
    ...{ method: 'get', path: '/groups/{id}/revisions', operationId: 'listGroupRevisions' },
    summary: 'Every version that a group ever had',
    query: PAGE,
    answers: { 200: { description: 'A page of revisions, the first one first', schema: 'GroupRevisionPage' } },
    problems: ['NOT_FOUND', 'INVALID_CURSOR'],
    async handle({ registry, principal, path, query }) {
      const page = await registry.listGroupRevisions(principal, idOf(path), pageRequest(query));
      return { status: 200, body: pageJson(page, (revision) => groupRevisionJson(revision, revision.changedBy)) };
    },
  }),
];

function idOf(path: Readonly<Record<string, string>>): GroupId {
  return idInPath<GroupId>(path['id'] ?? '');
}

function groupAnswer(status: number, group: GroupView): Answer {
  const location = status === 201 ? { location: `/api/v1/groups/${group.id}` } : {};
  return { status, headers: { ...location, etag: versionTag(group.resourceVersion) }, body: groupJson(group) };
}
