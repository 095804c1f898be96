import { eventProblems } from '../domain/event-input.js';
import type { EventInput } from '../domain/event-input.js';
import type { NewEvent } from '../domain/event.js';
import type { EventId, ReceiverId } from '../domain/ids.js';
import { below } from '../domain/problem.js';
import type { Receiver } from '../domain/receiver.js';
import { subjectText } from '../domain/subject.js';
import type { SubjectHash } from '../domain/subject.js';
import type { Principal } from '../domain/principal.js';
import {
  InvalidInputError,
  PayloadCheckLimitError,
  PayloadRefusedError,
  ReceiverDisabledError,
  ReceiverUnknownError,
} from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { Ids } from '../ports/ids.js';
import type { PayloadCheck, PayloadSchemas } from '../ports/payload-schemas.js';
import type { ReceiverCatalog } from './receiver-catalog.js';

/** @internal */
export interface PrepareEventDeps {
  readonly catalog: ReceiverCatalog;
  readonly payloads: PayloadSchemas;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly digest: Digest;
}

/**
 * An event that may be recorded as long as its receiver is at the version it was checked against.
 *
 * @throws AnyRegistryError why it may not
 * @internal
 */
export async function prepareEvent(deps: PrepareEventDeps, principal: Principal, input: EventInput): Promise<NewEvent> {
  const problems = eventProblems(input);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const receiver = await openReceiver(deps.catalog, input.receiverId as ReceiverId);
  const check = deps.payloads.check(schemaOf(receiver), input.payload);
  refuseUnlessValid(check instanceof Promise ? await check : check);
  const { subject, description, payload, success } = input;
  return {
    id: deps.ids.next() as EventId,
    subject,
    subjectHash: deps.digest.sha256(subjectText(subject)) as SubjectHash,
    description,
    payload: payload.text,
    success,
    receiverId: receiver.id,
    receiverVersion: receiver.resourceVersion,
    createdBy: principal.id,
    createdAt: deps.clock.now(),
  };
}

async function openReceiver(catalog: ReceiverCatalog, id: ReceiverId): Promise<Receiver> {
  const receiver = (await catalog.get([id])).get(id);
  if (receiver === undefined) throw new ReceiverUnknownError(['/event_receiver_id']);
  if (receiver.enabled) return receiver;
  catalog.forget([id]);
  const current = (await catalog.get([id])).get(id);
  if (current?.enabled !== true) throw new ReceiverDisabledError(id);
  return current;
}

/** A version of a receiver never changes, so its schema is known by it. */
function schemaOf(receiver: Receiver): { readonly id: string; readonly text: string } {
  return { id: `${receiver.id}@${String(receiver.resourceVersion)}`, text: receiver.schema };
}

function refuseUnlessValid(check: PayloadCheck): void {
  switch (check.kind) {
    case 'valid':
      return;
    case 'invalid':
      throw new PayloadRefusedError(below('/payload', check.problems));
    case 'limit':
      throw new PayloadCheckLimitError(check.detail);
  }
}
