import type { Receiver, ReceiverId } from '@xzepr/core';

import { ReceiverBody, ReceiverChangeBody } from '../bodies.js';
import { expectedVersion, versionTag } from '../conditions.js';
import { PAGE, booleanParameter, idInPath, pageRequest, textParameter } from '../query.js';
import { route } from '../route.js';
import type { Answer, Route } from '../route.js';
import { pageJson, receiverJson } from '../writing.js';

const NAMING = { name: textParameter, type: textParameter, version: textParameter, enabled: booleanParameter };
const RECEIVER = { description: 'The receiver', schema: 'Receiver', headers: ['ETag'] };

/** @internal */
export const receiverRoutes: readonly Route[] = [
  route({
    ...{ method: 'post', path: '/receivers', operationId: 'createReceiver', summary: 'Make a receiver' },
    body: { type: ReceiverBody, verbatim: ['/schema'], limit: 'schemaBytes' },
    idempotent: true,
    answers: { 201: { ...RECEIVER, headers: ['ETag', 'Location'] } },
    problems: ['INVALID_INPUT', 'SCHEMA_REFUSED', 'RECEIVER_EXISTS', 'CHECKER_BUSY'],
    handle: ({ registry, body: { name, type, version, description, schema }, create }) =>
      create(registry.createReceiver, { name, type, version, description, schema }, (receiver) =>
        receiverAnswer(201, receiver),
      ),
  }),
  route({
    ...{
      method: 'get',
      path: '/receivers',
      operationId: 'listReceivers',
      summary: 'Receivers in the order they were made',
    },
    query: { ...NAMING, ...PAGE },
    answers: { 200: { description: 'A page of receivers', schema: 'ReceiverPage' } },
    problems: ['INVALID_CURSOR'],
    async handle({ registry, principal, query: { limit, cursor, ...filter } }) {
      const page = await registry.listReceivers(principal, filter, pageRequest({ limit, cursor }));
      return { status: 200, body: pageJson(page, (receiver) => receiverJson(receiver)) };
    },
  }),
  route({
    ...{ method: 'get', path: '/receivers/{id}', operationId: 'getReceiver', summary: 'A receiver' },
    answers: { 200: RECEIVER },
    problems: ['NOT_FOUND'],
    async handle({ registry, principal, path }) {
      return receiverAnswer(200, await registry.getReceiver(principal, idOf(path)));
    },
  }),
  route({
    ...{ method: 'patch', path: '/receivers/{id}', operationId: 'changeReceiver', summary: 'Change a receiver' },
    body: { type: ReceiverChangeBody, verbatim: ['/schema'], limit: 'schemaBytes' },
    ifMatch: true,
    answers: { 200: RECEIVER },
    problems: ['INVALID_INPUT', 'SCHEMA_REFUSED', 'NOT_FOUND', 'VERSION_STALE', 'CHECKER_BUSY'],
    async handle({ registry, principal, path, body, headers }) {
      const id = idOf(path);
      const version = await expectedVersion(headers, () => registry.getReceiver(principal, id));
      return receiverAnswer(200, await registry.changeReceiver(principal, id, body, version));
    },
  }),
  route({
    ...{
      method: 'delete',
      path: '/receivers/{id}',
      operationId: 'deleteReceiver',
      summary: 'Delete an unused receiver',
    },
    ifMatch: true,
    answers: { 204: { description: 'It is gone' } },
    problems: ['NOT_FOUND', 'RECEIVER_IN_USE', 'VERSION_STALE'],
    async handle({ registry, principal, path, headers }) {
      const id = idOf(path);
      const version = await expectedVersion(headers, () => registry.getReceiver(principal, id));
      await registry.deleteReceiver(principal, id, version);
      return { status: 204 };
    },
  }),
  route({
    ...{ method: 'get', path: '/receivers/{id}/revisions', operationId: 'listReceiverRevisions' },
    summary: 'Every version that a receiver ever had',
    query: PAGE,
    answers: { 200: { description: 'A page of revisions, the first one first', schema: 'ReceiverRevisionPage' } },
    problems: ['NOT_FOUND', 'INVALID_CURSOR'],
    async handle({ registry, principal, path, query }) {
      const page = await registry.listReceiverRevisions(principal, idOf(path), pageRequest(query));
      return { status: 200, body: pageJson(page, (revision) => receiverJson(revision, revision.changedBy)) };
    },
  }),
];

function idOf(path: Readonly<Record<string, string>>): ReceiverId {
  return idInPath<ReceiverId>(path['id'] ?? '');
}

function receiverAnswer(status: number, receiver: Receiver): Answer {
  const location = status === 201 ? { location: `/api/v1/receivers/${receiver.id}` } : {};
  return { status, headers: { ...location, etag: versionTag(receiver.resourceVersion) }, body: receiverJson(receiver) };
}
