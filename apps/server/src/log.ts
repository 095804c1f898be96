import { inspect } from 'node:util';

import type { SecurityEvent } from '@xzepr/core';

/** @internal One line of JSON a message, on standard error. */
export function log(
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}

/** @internal What of an error may be written down: what happened and where, and the same of its causes. */
export function errorFields(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: inspect(error, { depth: 1, breakLength: Infinity }) };
  const cause = error.cause === undefined ? {} : { cause: errorFields(error.cause) };
  const code = 'code' in error ? { code: error.code } : {};
  return { error: error.name, ...code, reason: error.message, stack: error.stack?.split('\n').slice(1, 6), ...cause };
}

/** @internal A security event as a line of its own kind. */
export function securityLine({ kind, actor, target, origin, detail }: SecurityEvent): void {
  const { address, requestId } = origin;
  log('info', 'security', { event: kind, actor, target, address, request_id: requestId, ...detail });
}
