import assert from 'node:assert/strict';

import { createRegistry, isRegistryError, parseJsonText } from '@xzepr/core';
import type {
  AnyRegistryError,
  EventInput,
  GroupInput,
  GroupView,
  Idempotency,
  Outcome,
  PayloadCheck,
  Principal,
  ProvenanceEvent,
  Receiver,
  ReceiverInput,
  Registry,
  RegistryErrorCode,
  RegistryPorts,
  Role,
  Subject,
  User,
  UserId,
  Verdict,
  VerbatimJson,
} from '@xzepr/core';

import type { Promises } from '../contract.js';
import { countingIds, countingSecrets, memoryPayloads, sha256Digest, steppingClock } from '../memory/deterministic.js';
import type { SteppingClock } from '../memory/deterministic.js';
import { identityMakers } from '../scene-identity.js';
import type { IdentityMakers } from '../scene-identity.js';
import { SUBJECT } from '../scene.js';
import type { Scene } from '../scene.js';

/** @internal A registry on the store under test, and short ways to use it. */
export interface RegistryScene extends Pick<Scene, 'unitOfWork' | 'reader' | 'feed'> {
  readonly registry: Registry;
  readonly clock: SteppingClock;
  /** Another registry on the same store, as in another process. */
  readonly another: (ports?: Partial<RegistryPorts>) => Registry;
  /** Someone with an account, who may be asked for as a principal by {@link principalOf}. */
  readonly user: IdentityMakers['user'];
  readonly receiver: (input?: Partial<ReceiverInput>) => Promise<Receiver>;
  readonly group: (receivers: readonly Receiver[], input?: Partial<GroupInput>) => Promise<GroupView>;
  readonly post: (receiver: Receiver, input?: Partial<EventInput>) => Promise<ProvenanceEvent>;
  readonly verdict: (group: GroupView, subject?: Subject) => Promise<Verdict>;
}

/** @internal */
export const ADMIN: Principal = principal('admin');

/** @internal */
export function principal(role: Role, id = `the ${role}`): Principal {
  return { id, kind: 'user', roles: [role] };
}

/** @internal A user as they ask: with their roles as they were when `user` was read. */
export function principalOf({ id, roles }: User): Principal & { readonly userId: UserId } {
  return { id, kind: 'user', roles, userId: id };
}

/** @internal */
export function json(text: string): VerbatimJson {
  const parsing = parseJsonText(text);
  if (parsing.kind === 'fault') throw new Error(parsing.fault.detail);
  return parsing.json;
}

/** @internal */
export function eventInput(receiver: Pick<Receiver, 'id'>, input: Partial<EventInput> = {}): EventInput {
  const payload = json('{ "passed": 812.0 }');
  return { subject: SUBJECT, description: 'unit tests', payload, success: true, receiverId: receiver.id, ...input };
}

/** @internal The answer kept is the id of what was made, or the code of the refusal. */
export function once<T extends { readonly id: string }>(key: string, request = 'request'): Idempotency<T> {
  const answerOf = (outcome: Outcome<T>): string => (outcome.kind === 'done' ? outcome.value.id : outcome.error.code);
  return { key, request, answerOf };
}

/** @internal The error that `promise` was refused with, whose code must be `code`. */
export async function refusal(promise: Promise<unknown>, code: RegistryErrorCode): Promise<AnyRegistryError> {
  const error: unknown = await promise.then(
    () => assert.fail(`was not refused with ${code}`),
    (reason: unknown) => reason,
  );
  if (!isRegistryError(error)) throw error;
  assert.equal(error.code, code, error.message);
  return error;
}

/** @internal */
export function pointersOf({ problems }: AnyRegistryError): readonly string[] {
  return problems.map(({ pointer }) => pointer);
}

/**
 * What the tests take for JSON Schema: `false` fits nothing, and a payload says of itself whether it fits.
 *
 * @internal
 */
function rule(schemaText: string, value: unknown): PayloadCheck {
  if (schemaText === 'false') return { kind: 'invalid', problems: [{ pointer: '', detail: 'is not allowed' }] };
  if (value === 'bad') return { kind: 'invalid', problems: [{ pointer: '/deep', detail: 'is bad' }] };
  return value === 'slow' ? { kind: 'limit', detail: 'took too long' } : { kind: 'valid' };
}

interface Opened {
  readonly scene: RegistryScene;
  /** Ends the work in the background, and fails when any of it failed. */
  readonly close: () => Promise<void>;
}

/** @internal */
export function openRegistryScene({ unitOfWork, reader, feed }: Pick<Scene, 'unitOfWork' | 'reader' | 'feed'>): Opened {
  const [clock, ids, digest] = [steppingClock({ autoStepMs: 1 }), countingIds(), sha256Digest()];
  const failures: unknown[] = [];
  const registries: Registry[] = [];
  const [payloads, secrets] = [memoryPayloads(rule), countingSecrets()];
  const another: RegistryScene['another'] = (ports = {}) => {
    const onBackgroundError = (error: unknown): void => void failures.push(error);
    const all = { unitOfWork, reader, payloads, clock, ids, digest, secrets, onBackgroundError, ...ports };
    const registry = createRegistry(all);
    registries.push(registry);
    return registry;
  };
  const registry = another();
  let made = 0;
  const named = (kind: string): { readonly name: string; readonly type: string; readonly version: string } => {
    made += 1;
    return { name: `${kind} ${String(made)}`, type: 'dev.example', version: '1.0.0' };
  };
  const scene: RegistryScene = {
    ...{ unitOfWork, reader, feed, registry, clock, another },
    user: identityMakers(
      unitOfWork,
      () => clock.now(),
      () => ids.next(),
    ).user,
    receiver: (input) =>
      registry.createReceiver(ADMIN, { ...named('receiver'), description: 'inbox', schema: json('{}'), ...input }),
    group: (receivers, input) => {
      const receiverIds = receivers.map(({ id }) => id);
      return registry.createGroup(ADMIN, { ...named('group'), description: 'gate', receiverIds, ...input });
    },
    post: (receiver, input) => registry.recordEvent(ADMIN, eventInput(receiver, input)),
    verdict: (group, subject = SUBJECT) => registry.getVerdict(ADMIN, group.id, subject),
  };
  return {
    scene,
    async close() {
      await Promise.all(registries.map((opened) => opened.close()));
      assert.deepEqual(failures, []);
    },
  };
}

/** @internal The same promises, each with a registry of its own on the store. */
export function onRegistry(promises: Promises<RegistryScene>): Promises<Scene> {
  const entries = Object.entries(promises).map(([promise, keeps]) => {
    const check = async (store: Scene): Promise<void> => {
      const { scene, close } = openRegistryScene(store);
      try {
        await keeps(scene);
      } finally {
        await close();
      }
    };
    return [promise, check] as const;
  });
  return Object.fromEntries(entries);
}
