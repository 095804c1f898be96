import type { ReceiverId } from '../domain/ids.js';
import { parseId } from '../domain/ids.js';
import { isVerbatimJson } from '../domain/json-text.js';
import type { VerbatimJson } from '../domain/json-text.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import { below } from '../domain/problem.js';
import { fingerprintText, namingProblems } from '../domain/receiver.js';
import type { Receiver, ReceiverRevision, RegistryName } from '../domain/receiver.js';
import { DESCRIPTION_RULE, textProblems } from '../domain/text-rules.js';
import {
  InvalidInputError,
  NotFoundError,
  ReceiverExistsError,
  ReceiverInUseError,
  SchemaRefusedError,
} from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { Ids } from '../ports/ids.js';
import type { PayloadSchemas } from '../ports/payload-schemas.js';
import type { ReceiverFilter, ReceiverReader } from '../ports/registry-reader.js';
import type { Stores, UnitOfWork } from '../ports/unit-of-work.js';
import type { Access } from './access.js';
import { answered, makeOnce } from './once.js';
import type { Creation } from './once.js';
import { pageOf, parseNumberKey } from './paging.js';
import type { ReceiverCatalog } from './receiver-catalog.js';
import { expectVersion } from './registry-writes.js';

/** @public A receiver to be made. */
export interface ReceiverInput extends RegistryName {
  readonly description: string;
  /** JSON Schema, object or boolean, from `readJson` or `parseJsonText`. */
  readonly schema: VerbatimJson;
}

/** @public What of a receiver may change; what is left out stays. */
export interface ReceiverChange {
  readonly description?: string;
  readonly schema?: VerbatimJson;
  readonly enabled?: boolean;
}

/** @public Event receivers: the typed inboxes. */
export interface ReceiverUseCases {
  /** @throws ReceiverExistsError name, type and version are taken; SchemaRefusedError the schema cannot be used */
  readonly createReceiver: Creation<ReceiverInput, Receiver>;
  /** @throws NotFoundError there is none */
  getReceiver(principal: Principal, id: ReceiverId): Promise<Receiver>;
  /** In the order in which they were made. */
  listReceivers(principal: Principal, filter: ReceiverFilter, page?: PageRequest): Promise<Page<Receiver>>;
  /** Every version there was, the first one first. */
  listReceiverRevisions(principal: Principal, id: ReceiverId, page?: PageRequest): Promise<Page<ReceiverRevision>>;
  /**
   * The receiver as changed. A change that changes nothing makes no new version. `expected` is the version the caller has
   * read; undefined changes whatever is there.
   *
   * @throws VersionStaleError it is at another version
   */
  changeReceiver(principal: Principal, id: ReceiverId, change: ReceiverChange, expected?: number): Promise<Receiver>;
  /** @throws ReceiverInUseError events or groups refer to it; VersionStaleError as for a change */
  deleteReceiver(principal: Principal, id: ReceiverId, expected?: number): Promise<void>;
}

/** @internal */
export interface ReceiverUseCasesDeps {
  readonly unitOfWork: UnitOfWork;
  readonly reader: ReceiverReader;
  readonly payloads: PayloadSchemas;
  readonly catalog: ReceiverCatalog;
  readonly access: Access;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly digest: Digest;
}

/** @internal */
export function makeReceiverUseCases(deps: ReceiverUseCasesDeps): ReceiverUseCases {
  const { unitOfWork, reader, access, clock, ids, digest, catalog } = deps;
  return {
    createReceiver: makeOnce(deps)<ReceiverInput, Receiver>(async (principal, input, claim) => {
      await access.expect(principal, 'receiver:create');
      const problems = [...namingProblems(input), ...schemaShapeProblems(input.schema)];
      if (problems.length > 0) throw new InvalidInputError(problems);
      const fingerprint = await acceptedFingerprint(deps, input, input.schema);
      const now = clock.now();
      const { name, type, version, description, schema } = input;
      const receiver: Receiver = {
        ...{ id: ids.next() as ReceiverId, name, type, version, description, schema: schema.text, fingerprint },
        ...{ enabled: true, resourceVersion: 1, createdBy: principal.id, createdAt: now, updatedAt: now },
      };
      const keys = claim === undefined ? [] : [claim.keyId];
      return unitOfWork.run({ keys }, (stores) => answered(deps, claim, stores, () => added(stores, receiver)));
    }),
    async getReceiver(principal, id) {
      await access.expect(principal, 'receiver:read', { receiverId: id });
      return existing(reader, id);
    },
    async listReceivers(principal, filter, page = {}) {
      await access.expect(principal, 'receiver:read');
      const { name, type, version, enabled } = filter;
      const filters = [name, type, version, enabled];
      const spec = { name: 'receivers', filters, keyOf: ({ id }: Receiver) => id, parseKey: parseId<ReceiverId> };
      return pageOf(digest, spec, page, (span) => reader.list(filter, span));
    },
    async listReceiverRevisions(principal, id, page = {}) {
      await access.expect(principal, 'receiver:read', { receiverId: id });
      await existing(reader, id);
      const keyOf = ({ resourceVersion }: Receiver): number => resourceVersion;
      const spec = { name: 'receiver-revisions', filters: [id], keyOf, parseKey: parseNumberKey };
      return pageOf(digest, spec, page, (span) => reader.revisions(id, span));
    },
    async changeReceiver(principal, id, change, expected) {
      await access.expect(principal, 'receiver:update', { receiverId: id });
      const before = await existing(reader, id);
      expectVersion(before, expected);
      const after = await changed(deps, before, change);
      if (after === before) return before;
      await replace(deps, before, after, principal);
      catalog.forget([id]);
      return after;
    },
    async deleteReceiver(principal, id, expected) {
      await access.expect(principal, 'receiver:delete', { receiverId: id });
      await unitOfWork.run({ exclusiveReceivers: [id] }, async ({ receivers }) => {
        const current = await receivers.find(id);
        if (current === undefined) throw new NotFoundError('receiver', id);
        expectVersion(current, expected);
        if ((await receivers.remove(current, principal.id)) === 'in-use') throw new ReceiverInUseError(id);
      });
      catalog.forget([id]);
    },
  };
}

async function existing(reader: ReceiverReader, id: ReceiverId): Promise<Receiver> {
  const [receiver] = await reader.byIds([id]);
  if (receiver === undefined) throw new NotFoundError('receiver', id);
  return receiver;
}

async function added({ receivers }: Stores, receiver: Receiver): Promise<Receiver> {
  const addition = await receivers.add(receiver);
  if (addition.kind === 'taken') throw new ReceiverExistsError(addition.by);
  return receiver;
}

/** What was read and checked before must still be there: the version says so. */
async function replace(
  deps: ReceiverUseCasesDeps,
  before: Receiver,
  after: Receiver,
  principal: Principal,
): Promise<void> {
  await deps.unitOfWork.run({ exclusiveReceivers: [before.id] }, async ({ receivers }) => {
    const current = await receivers.find(before.id);
    if (current === undefined) throw new NotFoundError('receiver', before.id);
    expectVersion(current, before.resourceVersion);
    await receivers.replace(after, principal.id);
  });
}

async function changed(deps: ReceiverUseCasesDeps, before: Receiver, change: ReceiverChange): Promise<Receiver> {
  const { description = before.description, schema, enabled = before.enabled } = change;
  const problems = [
    ...textProblems({ description: [description, DESCRIPTION_RULE] }),
    ...(schema === undefined ? [] : schemaShapeProblems(schema)),
  ];
  if (problems.length > 0) throw new InvalidInputError(problems);
  const described = { ...before, description, enabled };
  const after = schema === undefined ? described : await withSchema(deps, described, schema);
  if (isSame(before, after)) return before;
  return { ...after, resourceVersion: before.resourceVersion + 1, updatedAt: deps.clock.now() };
}

async function withSchema(deps: ReceiverUseCasesDeps, receiver: Receiver, schema: VerbatimJson): Promise<Receiver> {
  if (schema.text === receiver.schema) return receiver;
  return { ...receiver, schema: schema.text, fingerprint: await acceptedFingerprint(deps, receiver, schema) };
}

function isSame(before: Receiver, after: Receiver): boolean {
  const { description, enabled, schema } = after;
  return before.description === description && before.enabled === enabled && before.schema === schema;
}

function schemaShapeProblems(schema: VerbatimJson): readonly { readonly pointer: string; readonly detail: string }[] {
  const value: unknown = isVerbatimJson(schema) ? schema.value : undefined;
  const fits = typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value));
  return fits ? [] : [{ pointer: '/schema', detail: 'must be a JSON Schema: an object, true or false' }];
}

async function acceptedFingerprint(
  deps: ReceiverUseCasesDeps,
  name: RegistryName,
  schema: VerbatimJson,
): Promise<string> {
  const compiled = await deps.payloads.compile(schema.text);
  if (compiled.kind === 'refused') throw new SchemaRefusedError(below('/schema', compiled.problems));
  try {
    return `sha256:${deps.digest.sha256(fingerprintText(name, schema.value))}`;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new SchemaRefusedError([{ pointer: '/schema', detail: 'has a number that no double can hold' }]);
  }
}
