import { InvalidInputError } from '@xzepr/core';
import type { EventInput, Problem } from '@xzepr/core';

import { EventBody } from './bodies.js';
import { bodyOf } from './fields.js';

/** @internal An event's body as the registry takes it. */
export function eventInput(body: EventBody): EventInput {
  const { name, version, release, platform_id: platformId, description = '', payload, success } = body;
  const subject = { name, version, release, platformId, package: body.package };
  return { subject, description, payload, success, receiverId: body.event_receiver_id };
}

/** @internal One event of a batch, or what is wrong with it. */
export function eventInputOf(value: unknown, faults: readonly Problem[]): EventInput | InvalidInputError {
  if (faults.length > 0) return new InvalidInputError(faults);
  const body = bodyOf(EventBody, value);
  return body instanceof EventBody ? eventInput(body) : new InvalidInputError(body);
}
