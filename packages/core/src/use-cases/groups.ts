import { changesRule, membershipProblems } from '../domain/group.js';
import type { Group, GroupRevision, GroupView } from '../domain/group.js';
import type { GatePolicy } from '../domain/gate-rule.js';
import { parseId } from '../domain/ids.js';
import type { GroupId, ReceiverId } from '../domain/ids.js';
import type { Page, PageRequest } from '../domain/page.js';
import { ownerIdOf } from '../domain/principal.js';
import type { Principal } from '../domain/principal.js';
import type { Problem } from '../domain/problem.js';
import { namingProblems } from '../domain/receiver.js';
import type { RegistryName } from '../domain/receiver.js';
import { DESCRIPTION_RULE, textProblems } from '../domain/text-rules.js';
import { GroupExistsError, InvalidInputError, NotFoundError, ReceiverUnknownError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { Ids } from '../ports/ids.js';
import type { GroupFilter, GroupReader } from '../ports/registry-reader.js';
import type { Stores, UnitOfWork } from '../ports/unit-of-work.js';
import type { Access } from './access.js';
import { answered, makeOnce } from './once.js';
import type { Creation } from './once.js';
import { expectOwner } from './guards.js';
import { pageOf, parseNumberKey } from './paging.js';
import { expectVersion } from './registry-writes.js';

/** @public A group to be made. */
export interface GroupInput extends RegistryName {
  readonly description: string;
  /** ULIDs of 1 to 100 receivers, none twice. */
  readonly receiverIds: readonly string[];
  /** `latest` when left out. */
  readonly policy?: GatePolicy;
  /** True when left out. */
  readonly enabled?: boolean;
  /** False when left out. */
  readonly membersOnly?: boolean;
}

/** @public What of a group may change; what is left out stays. */
export interface GroupChange {
  readonly description?: string;
  readonly receiverIds?: readonly string[];
  readonly policy?: GatePolicy;
  readonly enabled?: boolean;
  readonly membersOnly?: boolean;
}

/** @public Event receiver groups: the gates. */
export interface GroupUseCases {
  /** @throws GroupExistsError name, type and version are taken; ReceiverUnknownError names each receiver that is not there */
  readonly createGroup: Creation<GroupInput, GroupView>;
  /** @throws NotFoundError there is none */
  getGroup(principal: Principal, id: GroupId): Promise<GroupView>;
  /** In the order in which they were made. */
  listGroups(principal: Principal, filter: GroupFilter, page?: PageRequest): Promise<Page<GroupView>>;
  /** Every version there was, the first one first. */
  listGroupRevisions(principal: Principal, id: GroupId, page?: PageRequest): Promise<Page<GroupRevision>>;
  /**
   * The group as changed. A change of receivers, policy, or to enabled has every subject of the group settled anew, which
   * goes on after the answer. `expected` is the version the caller has read; undefined changes whatever is there.
   *
   * @throws VersionStaleError it is at another version; NotAMemberError it is for members only, or is to be, and the principal is
   * neither owner nor administrator
   */
  changeGroup(principal: Principal, id: GroupId, change: GroupChange, expected?: number): Promise<GroupView>;
  /** @throws VersionStaleError, NotAMemberError as for a change */
  deleteGroup(principal: Principal, id: GroupId, expected?: number): Promise<void>;
}

/** @internal */
export interface GroupUseCasesDeps {
  readonly unitOfWork: UnitOfWork;
  readonly reader: GroupReader;
  readonly access: Access;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly digest: Digest;
  /** Called when subjects have to be settled, after that was kept. */
  readonly onReconciliationStarted: () => void;
}

/** @internal */
export function makeGroupUseCases(deps: GroupUseCasesDeps): GroupUseCases {
  const { reader, access, digest } = deps;
  return {
    createGroup: makeOnce(deps)<GroupInput, GroupView>(async (principal, input, claim) => {
      await access.expect(principal, 'group:create');
      const group = newGroup(deps, principal, input);
      const scope = { exclusiveReceivers: group.receiverIds, keys: claim === undefined ? [] : [claim.keyId] };
      const once = await deps.unitOfWork.run(scope, (stores) =>
        answered(deps, claim, stores, () => added(stores, group)),
      );
      deps.onReconciliationStarted();
      return once;
    }),
    async getGroup(principal, id) {
      await access.expect(principal, 'group:read', { groupId: id });
      return existing(reader, id);
    },
    async listGroups(principal, filter, page = {}) {
      await access.expect(principal, 'group:read');
      const { name, type, version, enabled, receiverId } = filter;
      const filters = [name, type, version, enabled, receiverId];
      const spec = { name: 'groups', filters, keyOf: ({ id }: Group) => id, parseKey: parseId<GroupId> };
      return pageOf(digest, spec, page, (span) => reader.list(filter, span));
    },
    async listGroupRevisions(principal, id, page = {}) {
      await access.expect(principal, 'group:read', { groupId: id });
      await existing(reader, id);
      const keyOf = ({ resourceVersion }: Group): number => resourceVersion;
      const spec = { name: 'group-revisions', filters: [id], keyOf, parseKey: parseNumberKey };
      return pageOf(digest, spec, page, (span) => reader.revisions(id, span));
    },
    async changeGroup(principal, id, change, expected) {
      await access.expect(principal, 'group:update', { groupId: id });
      const before = await existing(reader, id);
      if (before.membersOnly || change.membersOnly === true) expectOwner(principal, before);
      expectVersion(before, expected);
      const after = changed(deps, before, change);
      if (after === before) return before;
      const view = await replaced(deps, before, after, principal);
      if (view.reconciling) deps.onReconciliationStarted();
      return view;
    },
    async deleteGroup(principal, id, expected) {
      await access.expect(principal, 'group:delete', { groupId: id });
      const before = await existing(reader, id);
      if (before.membersOnly) expectOwner(principal, before);
      expectVersion(before, expected);
      await deps.unitOfWork.run({ exclusiveReceivers: before.receiverIds }, async ({ groups }) => {
        const current = await groups.find(id);
        if (current === undefined) throw new NotFoundError('group', id);
        expectVersion(current, before.resourceVersion);
        await groups.remove(current, principal.id);
      });
    },
  };
}

async function existing(reader: GroupReader, id: GroupId): Promise<GroupView> {
  const group = await reader.find(id);
  if (group === undefined) throw new NotFoundError('group', id);
  return group;
}

function newGroup({ clock, ids }: GroupUseCasesDeps, principal: Principal, input: GroupInput): Group {
  const problems = [...namingProblems(input), ...groupProblems(input)];
  if (problems.length > 0) throw new InvalidInputError(problems);
  const now = clock.now();
  const {
    name,
    type,
    version,
    description,
    receiverIds,
    policy = 'latest',
    enabled = true,
    membersOnly = false,
  } = input;
  return {
    ...{
      id: ids.next() as GroupId,
      name,
      type,
      version,
      description,
      receiverIds: receiverIds as readonly ReceiverId[],
    },
    ...{ policy, enabled, membersOnly, ownerId: ownerIdOf(principal), resourceVersion: 1, ruleVersion: 1 },
    ...{ createdBy: principal.id, createdAt: now, updatedAt: now },
  };
}

function groupProblems({ receiverIds = [], policy, enabled, membersOnly }: GroupChange): readonly Problem[] {
  const problems = [...membershipProblems(receiverIds)];
  if (policy !== undefined && !['latest', 'any'].includes(policy)) {
    problems.push({ pointer: '/policy', detail: 'must be latest or any' });
  }
  for (const [pointer, flag] of Object.entries({ '/enabled': enabled, '/members_only': membersOnly })) {
    if (flag !== undefined && typeof flag !== 'boolean') problems.push({ pointer, detail: 'must be true or false' });
  }
  return problems;
}

async function added(stores: Stores, group: Group): Promise<GroupView> {
  await expectReceivers(stores, group.receiverIds);
  const addition = await stores.groups.add(group);
  if (addition.kind === 'taken') throw new GroupExistsError(addition.by);
  if (group.enabled) await stores.reconciliations.start(group.id, group.ruleVersion);
  return { ...group, reconciling: group.enabled };
}

async function expectReceivers({ receivers }: Stores, ids: readonly ReceiverId[]): Promise<void> {
  const known = new Set((await receivers.stamps(ids)).map(({ id }) => id));
  const missing = ids.flatMap((id, index) => (known.has(id) ? [] : [`/event_receiver_ids/${String(index)}`]));
  if (missing.length > 0) throw new ReceiverUnknownError(missing);
}

function changed({ clock }: GroupUseCasesDeps, before: GroupView, change: GroupChange): GroupView {
  const wanted = { ...before, ...given(change) };
  const problems = [
    ...textProblems({ description: [wanted.description, DESCRIPTION_RULE] }),
    ...groupProblems({ ...change, receiverIds: wanted.receiverIds }),
  ];
  if (problems.length > 0) throw new InvalidInputError(problems);
  const ruleChanges = changesRule(before, wanted);
  if (!ruleChanges && isSame(before, wanted)) return before;
  const resourceVersion = before.resourceVersion + 1;
  const ruleVersion = ruleChanges ? resourceVersion : before.ruleVersion;
  return { ...wanted, resourceVersion, ruleVersion, updatedAt: clock.now() };
}

function isSame(before: Group, after: Group): boolean {
  const { description, enabled, membersOnly } = after;
  return before.description === description && before.enabled === enabled && before.membersOnly === membersOnly;
}

/** Only what may change, and only where it is given: the caller's object may hold more. */
function given({ description, receiverIds, policy, enabled, membersOnly }: GroupChange): Partial<Group> {
  return {
    ...(description !== undefined && { description }),
    ...(receiverIds !== undefined && { receiverIds: receiverIds as readonly ReceiverId[] }),
    ...(policy !== undefined && { policy }),
    ...(enabled !== undefined && { enabled }),
    ...(membersOnly !== undefined && { membersOnly }),
  };
}

/** All receivers are claimed, those before and those after: nobody who posts to one of them sees half of the change. */
async function replaced(
  deps: GroupUseCasesDeps,
  before: GroupView,
  after: GroupView,
  by: Principal,
): Promise<GroupView> {
  const exclusiveReceivers = [...new Set([...before.receiverIds, ...after.receiverIds])];
  const { reconciling: _view, ...group } = after;
  return deps.unitOfWork.run({ exclusiveReceivers }, async (stores) => {
    const current = await stores.groups.find(before.id);
    if (current === undefined) throw new NotFoundError('group', before.id);
    expectVersion(current, before.resourceVersion);
    await expectReceivers(stores, after.receiverIds);
    await stores.groups.replace(group, by.id);
    const settlesAnew = after.enabled && after.ruleVersion === after.resourceVersion;
    if (settlesAnew) await stores.reconciliations.start(after.id, after.ruleVersion);
    if (!after.enabled) await stores.reconciliations.cancel(after.id);
    return { ...after, reconciling: settlesAnew || (after.enabled && before.reconciling) };
  });
}
