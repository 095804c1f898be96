import { subjectText } from '@xzepr/core';
import type {
  ApiKey,
  ApiKeyId,
  EventId,
  Fact,
  GateState,
  GateStateChange,
  Group,
  GroupId,
  JsonText,
  NewEvent,
  NewTransition,
  Receiver,
  ReceiverId,
  Scope,
  Subject,
  SubjectHash,
  Timestamp,
  TransitionId,
} from '@xzepr/core';

import type { BackendHarness, FeedEntry } from './backend-harness.js';
import { countingIds, sha256Digest, steppingClock } from './memory/deterministic.js';

/** @internal A store under test, and short ways to make and keep what the tests are about. */
export interface Scene extends Pick<BackendHarness, 'unitOfWork' | 'reader' | 'feed'> {
  readonly now: () => Timestamp;
  readonly newId: () => string;
  readonly newReceiver: (change?: Partial<Receiver>) => Receiver;
  readonly newGroup: (receivers: readonly Receiver[], change?: Partial<Group>) => Group;
  readonly newEvent: (receiver: Receiver, change?: Partial<NewEvent>) => NewEvent;
  readonly newTransition: (group: Group, subject: Subject, change?: Partial<NewTransition>) => NewTransition;
  readonly newApiKey: (change?: Partial<ApiKey>) => ApiKey;
  /** The same, kept. */
  readonly receiver: (change?: Partial<Receiver>) => Promise<Receiver>;
  readonly group: (receivers: readonly Receiver[], change?: Partial<Group>) => Promise<Group>;
  readonly event: (receiver: Receiver, change?: Partial<NewEvent>) => Promise<NewEvent>;
  readonly apiKey: (change?: Partial<ApiKey>) => Promise<ApiKey>;
  readonly append: (facts: readonly Fact[], states?: readonly GateStateChange[]) => Promise<readonly number[]>;
  readonly replaceReceiver: (receiver: Receiver, changedBy?: string) => Promise<void>;
  readonly replaceGroup: (before: Group, after: Group, changedBy?: string) => Promise<void>;
  readonly removeReceiver: (receiver: Receiver) => Promise<'removed' | 'in-use'>;
  readonly removeGroup: (group: Group) => Promise<void>;
}

/** @internal */
export const SUBJECT: Subject = {
  name: 'payments',
  version: '2.4.1',
  release: '20261123.7',
  platformId: 'linux-amd64',
  package: 'oci',
};

const digest = sha256Digest();

/** @internal */
export function hashOf(subject: Subject): SubjectHash {
  return digest.sha256(subjectText(subject)) as SubjectHash;
}

/** @internal `SUBJECT` with another name. */
export function subjectNamed(name: string): Subject {
  return { ...SUBJECT, name };
}

/** @internal */
export function eventFact(event: NewEvent): Fact {
  return { kind: 'event', event };
}

/** @internal */
export function transitionFact(transition: NewTransition): Fact {
  return { kind: 'transition', transition };
}

/** @internal Where `group` stands for `subject` from now on. */
export function stateOf(
  group: Group,
  subject: Subject,
  fact: number | undefined,
  state: Partial<GateState> = {},
): GateStateChange {
  const unmoved: GateState = { complete: false, generation: 0, since: undefined, ruleVersion: group.ruleVersion };
  return { groupId: group.id, subject, subjectHash: hashOf(subject), state: { ...unmoved, ...state }, fact };
}

/** What a unit of work that appends these must claim. */
function scopeOf(facts: readonly Fact[], states: readonly GateStateChange[] = []): Scope {
  const events = facts.flatMap((fact) => (fact.kind === 'event' ? [fact.event] : []));
  const transitions = facts.flatMap((fact) => (fact.kind === 'transition' ? [fact.transition] : []));
  return {
    sharedReceivers: events.map(({ receiverId }) => receiverId),
    subjects: [...events, ...transitions, ...states].map(({ subjectHash }) => subjectHash),
  };
}

type Builders = Pick<Scene, 'now' | 'newId' | 'newReceiver' | 'newGroup' | 'newEvent' | 'newTransition' | 'newApiKey'>;

/** @internal An empty store, and its own ids and times. */
export function setScene(harness: BackendHarness): Scene {
  const { unitOfWork, reader } = harness;
  const make = builders();
  const append: Scene['append'] = (facts, states = []) =>
    unitOfWork.run(scopeOf(facts, states), ({ events }) => events.append(facts, states));
  return {
    ...make,
    ...{ unitOfWork, reader, append, feed: () => plainFeed(harness) },
    async receiver(change) {
      const receiver = make.newReceiver(change);
      await unitOfWork.run({}, ({ receivers }) => receivers.add(receiver));
      return receiver;
    },
    async group(receivers, change) {
      const group = make.newGroup(receivers, change);
      await unitOfWork.run({ exclusiveReceivers: group.receiverIds }, ({ groups }) => groups.add(group));
      return group;
    },
    async event(receiver, change) {
      const event = make.newEvent(receiver, change);
      await append([eventFact(event)]);
      return event;
    },
    async apiKey(change) {
      const key = make.newApiKey(change);
      await unitOfWork.run({}, ({ apiKeys }) => apiKeys.add(key));
      return key;
    },
    ...changes({ unitOfWork }),
  };
}

/** The entries as the tests compare them, whatever kind of object the driver makes of a row. */
async function plainFeed(harness: BackendHarness): Promise<readonly FeedEntry[]> {
  return (await harness.feed()).map(({ position, kind, reference }) => ({ position, kind, reference }));
}

function changes({
  unitOfWork,
}: Pick<BackendHarness, 'unitOfWork'>): Pick<
  Scene,
  'replaceReceiver' | 'replaceGroup' | 'removeReceiver' | 'removeGroup'
> {
  return {
    replaceReceiver: (receiver, changedBy = 'changer') =>
      unitOfWork.run({ exclusiveReceivers: [receiver.id] }, ({ receivers }) => receivers.replace(receiver, changedBy)),
    replaceGroup: (before, after, changedBy = 'changer') =>
      unitOfWork.run(
        { exclusiveReceivers: [...new Set([...before.receiverIds, ...after.receiverIds])] },
        ({ groups }) => groups.replace(after, changedBy),
      ),
    removeReceiver: (receiver) =>
      unitOfWork.run({ exclusiveReceivers: [receiver.id] }, ({ receivers }) => receivers.remove(receiver, 'remover')),
    removeGroup: (group) =>
      unitOfWork.run({ exclusiveReceivers: group.receiverIds }, ({ groups }) => groups.remove(group, 'remover')),
  };
}

function builders(): Builders {
  const [clock, ids] = [steppingClock({ autoStepMs: 1_000 }), countingIds()];
  const newId = (): string => ids.next();
  const now = (): Timestamp => clock.now();
  return {
    ...{ now, newId },
    newReceiver(change) {
      const [id, at] = [newId(), now()];
      return {
        ...{ id: id as ReceiverId, name: `receiver ${id}`, type: 'dev.example.tests', version: '1.0.0' },
        ...{ description: 'unit tests', schema: '{"type": "object"}' as JsonText },
        ...{ fingerprint: `sha256:${digest.sha256(id)}`, enabled: true, resourceVersion: 1 },
        ...{ createdBy: 'maker', createdAt: at, updatedAt: at },
        ...change,
      };
    },
    newGroup(receivers, change) {
      const [id, at] = [newId(), now()];
      return {
        ...{ id: id as GroupId, name: `group ${id}`, type: 'dev.example.gate', version: '1.0.0' },
        ...{ description: 'may be deployed', receiverIds: receivers.map((receiver) => receiver.id), policy: 'latest' },
        ...{ enabled: true, resourceVersion: 1, ruleVersion: 1, createdBy: 'maker', createdAt: at, updatedAt: at },
        ...change,
      };
    },
    newEvent(receiver, change = {}) {
      const { subject = SUBJECT } = change;
      return {
        ...{ id: newId() as EventId, subject, subjectHash: hashOf(subject), description: 'went well' },
        ...{ payload: '{"passed": 812}' as JsonText, success: true, receiverId: receiver.id },
        ...{ receiverVersion: receiver.resourceVersion, createdBy: 'poster', createdAt: now() },
        ...change,
      };
    },
    newTransition(group, subject, change) {
      return {
        ...{ id: newId() as TransitionId, groupId: group.id, subject, subjectHash: hashOf(subject) },
        ...{ state: 'completed', generation: 1, cause: { kind: 'group_changed', resourceVersion: 1 }, at: now() },
        ...change,
      };
    },
    newApiKey(change) {
      const id = newId() as ApiKeyId;
      return {
        ...{ id, name: `key ${id}`, roles: ['event_reporter'], hash: digest.sha256(`key ${id}`), createdBy: 'maker' },
        ...{ createdAt: now(), expiresAt: undefined, revokedAt: undefined },
        ...change,
      };
    },
  };
}
