import { BatchRefusedError, PermissionDeniedError, isAllowed } from '@xzepr/core';
import type { BatchResult, EventId, Principal, Problem, ProvenanceEvent, ReceiverId } from '@xzepr/core';

import { inputsOf, problemsBelow, resultsJson } from '../batch-answer.js';
import type { Sent } from '../batch-answer.js';
import { BatchBody, EventBody } from '../bodies.js';
import { eventInput, eventInputOf } from '../event-input.js';
import { recordStream } from '../ndjson.js';
import {
  PAGE,
  SUBJECT,
  booleanParameter,
  choiceParameter,
  idInPath,
  idParameter,
  pageRequest,
  partOfSubject,
  timeParameter,
  wholeSubject,
} from '../query.js';
import { route } from '../route.js';
import type { Answer, Route } from '../route.js';
import { eventJson, pageJson, timelineEntryJson } from '../writing.js';

const EVENT = { description: 'The event', schema: 'Event', headers: ['ETag'] };
const FILTER = {
  ...SUBJECT,
  ...{
    event_receiver_id: idParameter<ReceiverId>(),
    success: booleanParameter,
    from: timeParameter,
    to: timeParameter,
  },
  ...{ order: choiceParameter('desc', 'asc'), ...PAGE },
};
const RECORDING = [
  ...['INVALID_INPUT', 'PAYLOAD_REFUSED', 'PAYLOAD_CHECK_LIMIT', 'RECEIVER_UNKNOWN', 'RECEIVER_DISABLED'],
  ...['RECEIVER_FORBIDDEN', 'NOT_A_MEMBER'],
];
const STORING = ['STORE_REJECTED', 'CHECKER_BUSY', 'REGISTRY_BUSY'];
/** An event never changes, so whoever may read it may keep it. */
const KEEP = { 'cache-control': 'private, max-age=31536000, immutable' };

/** @internal */
export const eventRoutes: readonly Route[] = [
  route({
    ...{
      method: 'post',
      path: '/events',
      operationId: 'recordEvent',
      summary: 'Record an event and decide the gates it touches',
    },
    body: { type: EventBody, verbatim: ['/payload'], limit: 'eventBytes' },
    idempotent: true,
    answers: { 201: { ...EVENT, headers: ['ETag', 'Location'] } },
    problems: [...RECORDING, ...STORING],
    handle: ({ registry, body, create }) =>
      create(registry.recordEvent, eventInput(body), (event) => eventAnswer(201, event)),
  }),
  route({
    ...{
      method: 'post',
      path: '/events/batch',
      operationId: 'recordBatch',
      summary: 'Record up to 1,000 events, or a stream',
    },
    body: { type: BatchBody, verbatim: ['/events/*/payload'], depthFrom: '/events/*', limit: 'batchBytes' },
    idempotent: true,
    answers: { 200: { description: 'One result for each event, in the order sent', schema: 'BatchResults' } },
    problems: [...RECORDING, ...STORING, 'BATCH_REFUSED'],
    async handle({ registry, principal, body: { events, atomic = false }, faults, create, requestId, limits, spend }) {
      await spend(events.length - 1);
      const sent = events.map((event, index): Sent => eventInputOf(event, faultsOf(faults, index), limits));
      const problems = problemsBelow(sent);
      if (atomic && problems.length > 0) return create(registry.refuse, new BatchRefusedError(problems), never);
      const answer = (results: readonly BatchResult[]): Answer => ({
        status: 200,
        body: `{"results":[${resultsJson(sent, results, requestId).join(',')}]}`,
      });
      const inputs = inputsOf(sent);
      if (inputs.length === 0) return refusedWhole(principal, answer([]));
      return create(registry.recordBatch, { events: inputs, atomic }, answer);
    },
    stream: { contentType: 'application/x-ndjson', handle: recordStream },
  }),
  route({
    ...{
      method: 'get',
      path: '/events',
      operationId: 'listEvents',
      summary: 'Events by any subset of filters, newest first',
    },
    query: FILTER,
    answers: { 200: { description: 'A page of events', schema: 'EventPage' } },
    problems: ['INVALID_CURSOR'],
    async handle({ registry, principal, query }) {
      const { event_receiver_id: receiverId, success, from, to, order } = query;
      const filter = {
        ...partOfSubject(query),
        ...(receiverId !== undefined && { receiverId }),
        ...(success !== undefined && { success }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      };
      const paging = { ...pageRequest(query), ...(order !== undefined && { order }) };
      return { status: 200, body: pageJson(await registry.listEvents(principal, filter, paging), eventJson) };
    },
  }),
  route({
    ...{ method: 'get', path: '/events/{id}', operationId: 'getEvent', summary: 'An event' },
    answers: { 200: EVENT },
    problems: ['NOT_FOUND'],
    async handle({ registry, principal, path }) {
      const event = await registry.getEvent(principal, idOf(path));
      const { status, headers: own, body } = eventAnswer(200, event);
      return { status, headers: { ...own, ...KEEP }, body };
    },
  }),
  route({
    ...{
      method: 'get',
      path: '/events/{id}/payload',
      operationId: 'getPayload',
      summary: 'The payload, byte for byte as it was sent',
    },
    answers: { 200: { description: 'The payload', schema: 'Payload' } },
    problems: ['NOT_FOUND'],
    async handle({ registry, principal, path }) {
      const { payload } = await registry.getEvent(principal, idOf(path));
      return { status: 200, headers: KEEP, body: payload };
    },
  }),
  route({
    ...{
      method: 'get',
      path: '/timeline',
      operationId: 'listTimeline',
      summary: 'Everything that happened to a subject, in order',
    },
    query: { ...SUBJECT, ...PAGE },
    answers: { 200: { description: 'A page of events and transitions, oldest first', schema: 'TimelinePage' } },
    problems: ['INVALID_CURSOR'],
    async handle({ registry, principal, query }) {
      const page = await registry.listTimeline(principal, wholeSubject(query), pageRequest(query));
      return { status: 200, body: pageJson(page, timelineEntryJson) };
    },
  }),
];

/** Nothing of the batch reached the registry, which is who says that the caller may not post. */
function refusedWhole(principal: Principal, answer: Answer): Promise<Answer> {
  if (!isAllowed(principal, 'event:create')) throw new PermissionDeniedError('event:create');
  return Promise.resolve(answer);
}

/** The faults below one event of the batch, as that event would have them. */
function faultsOf(faults: readonly Problem[], index: number): readonly Problem[] {
  const prefix = `/events/${String(index)}`;
  return faults.flatMap(({ pointer, detail }) =>
    pointer === prefix || pointer.startsWith(`${prefix}/`) ? [{ pointer: pointer.slice(prefix.length), detail }] : [],
  );
}

/** A refusal has no answer of its own. */
function never(value: never): never {
  return value;
}

function idOf(path: Readonly<Record<string, string>>): EventId {
  return idInPath<EventId>(path['id'] ?? '');
}

function tagOf(event: ProvenanceEvent): string {
  return `"${event.id}"`;
}

function eventAnswer(status: 200 | 201, event: ProvenanceEvent): Required<Answer> {
  const location = status === 201 ? { location: `/api/v1/events/${event.id}` } : {};
  return { status, headers: { ...location, etag: tagOf(event) }, body: eventJson(event) };
}
