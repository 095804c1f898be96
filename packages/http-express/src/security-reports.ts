import { isRegistryError, securityEvent } from '@xzepr/core';
import type { Principal, SecurityEventKind, SecurityMonitor } from '@xzepr/core';
import type { Request, Response } from 'express';

import { addressOf } from './client-address.js';
import { HttpError } from './http-error.js';
import { PROBLEM_STATUS } from './problem-details.js';
import { requestIdOf } from './request-id.js';

/** What the core does not see; what it does see it reports itself. */
const KINDS: Readonly<Record<string, SecurityEventKind>> = {
  UNAUTHENTICATED: 'credential.refused',
  RATE_LIMITED: 'rate.limited',
  RECEIVER_FORBIDDEN: 'access.denied',
  NOT_A_MEMBER: 'access.denied',
};

/** @internal Tells the monitor of an answer that matters to security. `route` is a pattern, never the path itself. */
export function reportRefusal(
  monitor: SecurityMonitor | undefined,
  error: unknown,
  request: Request,
  response: Response,
  seen: { readonly actor?: Principal | undefined; readonly route?: string | undefined },
): void {
  if (monitor === undefined || !(error instanceof HttpError || isRegistryError(error))) return;
  const kind = KINDS[error.code] ?? (isInputFault(error.code) ? 'input.refused' : undefined);
  if (kind === undefined) return;
  const event = securityEvent(kind, seen.actor, seen.route ?? 'unknown route', { code: error.code });
  monitor.report({ ...event, origin: { address: addressOf(request), requestId: requestIdOf(response) } });
}

function isInputFault(code: string): boolean {
  const status = PROBLEM_STATUS[code];
  return status === 400 || status === 413 || status === 422;
}
