import { InvalidInputError } from '@xzepr/core';
import type { EventInput, Problem } from '@xzepr/core';

import { EventBody } from './bodies.js';
import { bodyOf } from './fields.js';
import type { HttpLimits } from './limits.js';

/** @internal An event's body as the registry takes it. */
export function eventInput(body: EventBody): EventInput {
  const { name, version, release, platform_id: platformId, description = '', payload, success } = body;
  const subject = { name, version, release, platformId, package: body.package };
  return { subject, description, payload, success, receiverId: body.event_receiver_id };
}

/** @internal One event of several, or what is wrong with it. Its payload may have as many bytes as one event alone may have. */
export function eventInputOf(
  value: unknown,
  faults: readonly Problem[],
  { eventBytes }: Pick<HttpLimits, 'eventBytes'>,
): EventInput | InvalidInputError {
  if (faults.length > 0) return new InvalidInputError(faults);
  const body = bodyOf(EventBody, value);
  if (!(body instanceof EventBody)) return new InvalidInputError(body);
  if (Buffer.byteLength(body.payload.text) <= eventBytes) return eventInput(body);
  return new InvalidInputError([{ pointer: '/payload', detail: `has more than ${String(eventBytes)} bytes` }]);
}
