import { eventProblems } from '../domain/event-input.js';
import type { EventInput } from '../domain/event-input.js';
import type { NewEvent } from '../domain/event.js';
import type { EventId, ReceiverId } from '../domain/ids.js';
import type { VerbatimJson } from '../domain/json-text.js';
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
  ReceiverForbiddenError,
  ReceiverUnknownError,
} from '../errors.js';
import type { RegistryError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { Ids } from '../ports/ids.js';
import type { PayloadSchemas } from '../ports/payload-schemas.js';
import type { Access } from './access.js';
import type { ReceiverCatalog } from './receiver-catalog.js';

/** @internal */
export interface PrepareEventDeps {
  readonly access: Access;
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
  const receiverId = input.receiverId as ReceiverId;
  if (principal.receiverIds?.includes(receiverId) === false) throw new ReceiverForbiddenError(receiverId);
  const asked = deps.access.expect(principal, 'event:create', { receiverId });
  if (asked !== undefined) await asked;
  return newEvent(deps, principal, input, await receiverThatTakes(deps, input));
}

/** A refusal counts only when the receiver was looked at as it is now: what is at hand may be old. */
async function receiverThatTakes({ catalog, payloads }: PrepareEventDeps, input: EventInput): Promise<Receiver> {
  const id = input.receiverId as ReceiverId;
  const atHand = await receiver(catalog, id);
  const refusal = await refusalBy(payloads, atHand, input.payload);
  if (refusal === undefined) return atHand;
  catalog.forget([id]);
  const current = await receiver(catalog, id);
  if (current.resourceVersion === atHand.resourceVersion) throw refusal;
  const refusedAgain = await refusalBy(payloads, current, input.payload);
  if (refusedAgain !== undefined) throw refusedAgain;
  return current;
}

async function receiver(catalog: ReceiverCatalog, id: ReceiverId): Promise<Receiver> {
  const found = (await catalog.get([id])).get(id);
  if (found === undefined) throw new ReceiverUnknownError(['/event_receiver_id']);
  return found;
}

async function refusalBy(
  payloads: PayloadSchemas,
  { id, enabled, resourceVersion, schema }: Receiver,
  payload: VerbatimJson,
): Promise<RegistryError | undefined> {
  if (!enabled) return new ReceiverDisabledError(id);
  // A version of a receiver never changes, so its schema is known by it.
  const check = payloads.check({ id: `${id}@${String(resourceVersion)}`, text: schema }, payload);
  const result = check instanceof Promise ? await check : check;
  switch (result.kind) {
    case 'valid':
      return undefined;
    case 'invalid':
      return new PayloadRefusedError(below('/payload', result.problems));
    case 'limit':
      return new PayloadCheckLimitError(result.detail);
  }
}

function newEvent(deps: PrepareEventDeps, principal: Principal, input: EventInput, taker: Receiver): NewEvent {
  const { subject, description, payload, success } = input;
  return {
    id: deps.ids.next() as EventId,
    subject,
    subjectHash: deps.digest.sha256(subjectText(subject)) as SubjectHash,
    description,
    payload: payload.text,
    success,
    receiverId: taker.id,
    receiverVersion: taker.resourceVersion,
    createdBy: principal.id,
    createdAt: deps.clock.now(),
  };
}
