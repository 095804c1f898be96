import type { GroupId } from '@xzepr/core';

import { PAGE, SUBJECT, choiceParameter, idInPath, pageRequest, partOfSubject, wholeSubject } from '../query.js';
import { route } from '../route.js';
import type { Route } from '../route.js';
import { boardEntryJson, pageJson, transitionJson, verdictJson } from '../writing.js';

/** @internal */
export const gateRoutes: readonly Route[] = [
  route({
    ...{
      method: 'get',
      path: '/groups/{id}/verdict',
      operationId: 'getVerdict',
      summary: 'Is this subject through this gate?',
    },
    query: SUBJECT,
    answers: { 200: { description: 'The verdict, from the events', schema: 'Verdict' } },
    problems: ['NOT_FOUND'],
    async handle({ registry, principal, path, query }) {
      return { status: 200, body: verdictJson(await registry.getVerdict(principal, idOf(path), wholeSubject(query))) };
    },
  }),
  route({
    ...{ method: 'get', path: '/verdicts', operationId: 'listVerdicts' },
    summary: 'The verdicts of every enabled gate that a subject has an event for',
    query: { ...SUBJECT, ...PAGE },
    answers: { 200: { description: 'A page of verdicts', schema: 'VerdictPage' } },
    problems: ['INVALID_CURSOR'],
    async handle({ registry, principal, query }) {
      const page = await registry.listVerdicts(principal, wholeSubject(query), pageRequest(query));
      return { status: 200, body: pageJson(page, verdictJson) };
    },
  }),
  route({
    ...{
      method: 'get',
      path: '/groups/{id}/subjects',
      operationId: 'listBoard',
      summary: 'Where each known subject stands',
    },
    query: { state: choiceParameter('complete', 'incomplete'), ...PAGE },
    answers: { 200: { description: 'A page of the board, newest change first', schema: 'BoardPage' } },
    problems: ['NOT_FOUND', 'INVALID_CURSOR'],
    async handle({ registry, principal, path, query: { state, ...paging } }) {
      const complete = state === undefined ? {} : { complete: state === 'complete' };
      const page = await registry.listBoard(principal, idOf(path), { ...complete, ...pageRequest(paging) });
      return { status: 200, body: pageJson(page, boardEntryJson) };
    },
  }),
  route({
    ...{
      method: 'get',
      path: '/groups/{id}/transitions',
      operationId: 'listTransitions',
      summary: 'The edges of a gate',
    },
    query: { ...SUBJECT, ...PAGE },
    answers: { 200: { description: 'A page of transitions, newest first', schema: 'TransitionPage' } },
    problems: ['NOT_FOUND', 'INVALID_CURSOR'],
    async handle({ registry, principal, path, query }) {
      const page = await registry.listTransitions(principal, idOf(path), partOfSubject(query), pageRequest(query));
      return { status: 200, body: pageJson(page, transitionJson) };
    },
  }),
];

function idOf(path: Readonly<Record<string, string>>): GroupId {
  return idInPath<GroupId>(path['id'] ?? '');
}
