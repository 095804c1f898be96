import type { EventFilter, EventOrder } from '../domain/event-filter.js';
import type { ProvenanceEvent } from '../domain/event.js';
import type { EventId } from '../domain/ids.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import { subjectProblems, subjectText } from '../domain/subject.js';
import type { Subject, SubjectHash } from '../domain/subject.js';
import { InvalidQueryError, NotFoundError } from '../errors.js';
import type { Digest } from '../ports/digest.js';
import type { EventReader, TimelineEntry } from '../ports/registry-reader.js';
import type { Access } from './access.js';
import { coalesced } from './coalesce.js';
import type { CoalesceLimits } from './coalesce.js';
import { pageOf, parseNumberKey } from './paging.js';

/** @public Reading what was recorded. */
export interface EventQueries {
  /** @throws NotFoundError there is no such event */
  getEvent(principal: Principal, id: EventId): Promise<ProvenanceEvent>;
  /** Newest first unless `order` says otherwise. */
  listEvents(
    principal: Principal,
    filter: EventFilter,
    page?: PageRequest & { readonly order?: EventOrder },
  ): Promise<Page<ProvenanceEvent>>;
  /** Everything that happened to a subject, oldest first. */
  listTimeline(principal: Principal, subject: Subject, page?: PageRequest): Promise<Page<TimelineEntry>>;
}

/** @internal */
export interface EventQueriesDeps {
  readonly reader: EventReader;
  readonly access: Access;
  readonly digest: Digest;
  readonly coalesce: CoalesceLimits;
}

/** @internal */
export function makeEventQueries({ reader, access, digest, coalesce }: EventQueriesDeps): EventQueries {
  const find = coalesced(async (ids: readonly EventId[]) => {
    const found = new Map((await reader.byIds([...new Set(ids)])).map((event) => [event.id, event]));
    return ids.map((id) => found.get(id));
  }, coalesce);

  return {
    async getEvent(principal, id) {
      await access.expect(principal, 'event:read');
      const event = await find(id);
      if (event === undefined) throw new NotFoundError('event', id);
      return event;
    },
    async listEvents(principal, filter, page = {}) {
      await access.expect(principal, 'event:read');
      const order = page.order ?? 'desc';
      const spec = {
        name: 'events',
        filters: [order, ...filterValues(filter)],
        keyOf: positionOf,
        parseKey: parseNumberKey,
      };
      return pageOf(digest, spec, page, (span) => reader.search(filter, order, span));
    },
    async listTimeline(principal, subject, page = {}) {
      await access.expect(principal, 'event:read');
      const hash = hashOfSubject(digest, subject);
      const spec = { name: 'timeline', filters: [hash], keyOf: positionOf, parseKey: parseNumberKey };
      return pageOf(digest, spec, page, (span) => reader.timeline(hash, span));
    },
  };
}

/**
 * @throws InvalidQueryError the subject has fields that no event can have
 * @internal
 */
export function hashOfSubject(digest: Digest, subject: Subject): SubjectHash {
  const problems = subjectProblems(subject);
  if (problems.length > 0) throw new InvalidQueryError(problems);
  return digest.sha256(subjectText(subject)) as SubjectHash;
}

/** @internal */
export function positionOf({ position }: { readonly position: number }): number {
  return position;
}

/** In one order, whatever order the filter was written in; what is not given is null. */
function filterValues(filter: EventFilter): readonly unknown[] {
  const { name, version, release, platformId, receiverId, success, from, to } = filter;
  return [name, version, release, platformId, filter.package, receiverId, success, from, to];
}
