import { SECURITY_EVENT_KINDS } from '@xzepr/core';

import { auditEntryJson } from '../identity-writing.js';
import { PAGE, choiceParameter, pageRequest, textParameter, timeParameter } from '../query.js';
import { identityRoute } from '../route.js';
import type { Route } from '../route.js';
import { pageJson } from '../writing.js';

/** @internal */
export const auditRoutes: readonly Route[] = [
  identityRoute({
    ...{ method: 'get', path: '/audit', operationId: 'listAudit', summary: 'What mattered to security, newest first' },
    query: {
      ...{ kind: choiceParameter(...SECURITY_EVENT_KINDS), actor: textParameter, target: textParameter },
      ...{ address: textParameter, from: timeParameter, to: timeParameter, ...PAGE },
    },
    answers: { 200: { description: 'A page of the audit log', schema: 'AuditPage' } },
    problems: ['INVALID_CURSOR'],
    async handle({ identity, principal, query: { limit, cursor, ...filter } }) {
      const page = await identity.listAudit(principal, filter, pageRequest({ limit, cursor }));
      return { status: 200, body: pageJson(page, auditEntryJson) };
    },
  }),
];
