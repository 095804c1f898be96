import { parseId } from '../domain/ids.js';
import type { GroupId } from '../domain/ids.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import type { Subject } from '../domain/subject.js';
import type { Transition } from '../domain/transition.js';
import { verdictOf } from '../domain/verdict.js';
import type { GateEvidence, Verdict } from '../domain/verdict.js';
import { NotFoundError } from '../errors.js';
import type { Digest } from '../ports/digest.js';
import type { BoardEntry, GateQuestion, GateReader, GroupReader } from '../ports/registry-reader.js';
import type { Access } from './access.js';
import { coalesced } from './coalesce.js';
import type { CoalesceLimits } from './coalesce.js';
import { pageOf, parseNumberKey } from './paging.js';
import { hashOfSubject, positionOf } from './read-events.js';

/** @public Asking the gates. */
export interface GateQueries {
  /**
   * Computed from the events, of one moment. A subject that nobody has seen is incomplete.
   *
   * @throws NotFoundError there is no such group
   */
  getVerdict(principal: Principal, groupId: GroupId, subject: Subject): Promise<Verdict>;
  /** Of every enabled group that has a receiver with an event of the subject, in the order in which the groups were made. */
  listVerdicts(principal: Principal, subject: Subject, page?: PageRequest): Promise<Page<Verdict>>;
  /** Where each known subject stands, newest change first. */
  listBoard(
    principal: Principal,
    groupId: GroupId,
    page?: PageRequest & { readonly complete?: boolean },
  ): Promise<Page<BoardEntry>>;
  /** The edges of a gate, newest first, of the subjects that fit what is given of `subject`. */
  listTransitions(
    principal: Principal,
    groupId: GroupId,
    subject: Partial<Subject>,
    page?: PageRequest,
  ): Promise<Page<Transition>>;
}

/** @internal */
export interface GateQueriesDeps {
  readonly gates: GateReader;
  readonly groups: GroupReader;
  readonly access: Access;
  readonly digest: Digest;
  readonly coalesce: CoalesceLimits;
}

/** @internal */
export function makeGateQueries({ gates, groups, access, digest, coalesce }: GateQueriesDeps): GateQueries {
  const ask = coalesced((questions: readonly GateQuestion[]) => gates.evidence(questions), coalesce);

  async function expectGroup(id: GroupId): Promise<void> {
    if ((await groups.find(id)) === undefined) throw new NotFoundError('group', id);
  }

  return {
    async getVerdict(principal, groupId, subject) {
      await access.expect(principal, 'event:read', { groupId });
      const evidence = await ask({ groupId, subjectHash: hashOfSubject(digest, subject) });
      if (evidence === undefined) throw new NotFoundError('group', groupId);
      return verdictOf(subject, evidence);
    },
    async listVerdicts(principal, subject, page = {}) {
      await access.expect(principal, 'event:read');
      const hash = hashOfSubject(digest, subject);
      const keyOf = ({ group }: GateEvidence): GroupId => group.id;
      const spec = { name: 'verdicts', filters: [hash], keyOf, parseKey: parseId<GroupId> };
      const { items, next } = await pageOf(digest, spec, page, (span) => gates.evidenceOfSubject(hash, span));
      return { items: items.map((evidence) => verdictOf(subject, evidence)), next };
    },
    async listBoard(principal, groupId, page = {}) {
      await access.expect(principal, 'event:read', { groupId });
      await expectGroup(groupId);
      const filters = [groupId, page.complete];
      const spec = { name: 'board', filters, keyOf: positionOf, parseKey: parseNumberKey };
      return pageOf(digest, spec, page, (span) => gates.board(groupId, page.complete, span));
    },
    async listTransitions(principal, groupId, subject, page = {}) {
      await access.expect(principal, 'event:read', { groupId });
      await expectGroup(groupId);
      const { name, version, release, platformId } = subject;
      const filters = [groupId, name, version, release, platformId, subject.package];
      const spec = { name: 'transitions', filters, keyOf: positionOf, parseKey: parseNumberKey };
      return pageOf(digest, spec, page, (span) => gates.transitions(groupId, subject, span));
    },
  };
}
