import type {
  ApiKey,
  BoardEntry,
  Group,
  GroupView,
  Page,
  ProvenanceEvent,
  Receiver,
  Subject,
  TimelineEntry,
  Transition,
  Verdict,
} from '@xzepr/core';

/* What the registry says as JSON. Payloads and schemas go in as the text they are, never through a parser. */

/** @internal */
export function eventJson(event: ProvenanceEvent): string {
  const { id, position, description, success, receiverId, receiverVersion, createdBy, createdAt, transitions } = event;
  const edges = transitions.map(({ groupId, state, generation }) => ({ group_id: groupId, state, generation }));
  const before = JSON.stringify({ id, position, ...subjectFields(event.subject), description });
  const after = JSON.stringify({
    ...{ success, event_receiver_id: receiverId, receiver_version: receiverVersion },
    ...{ created_by: createdBy, created_at: createdAt, transitions: edges },
  });
  return `${before.slice(0, -1)},"payload":${event.payload},${after.slice(1)}`;
}

/** @internal */
export function receiverJson(receiver: Receiver, changedBy?: string): string {
  const { id, name, type, version, description, schema, fingerprint, enabled, resourceVersion } = receiver;
  const before = JSON.stringify({ id, name, type, version, description });
  const after = JSON.stringify({
    fingerprint,
    enabled,
    resource_version: resourceVersion,
    ...origin(receiver, changedBy),
  });
  return `${before.slice(0, -1)},"schema":${schema},${after.slice(1)}`;
}

/** @internal */
export function groupJson(group: GroupView): string {
  return JSON.stringify({ ...groupFields(group), reconciling: group.reconciling, ...origin(group) });
}

/** @internal */
export function groupRevisionJson(group: Group, changedBy: string): string {
  return JSON.stringify({ ...groupFields(group), ...origin(group, changedBy) });
}

/** @internal */
export function verdictJson({ group, subject, policy, state, generation, since, receivers }: Verdict): string {
  const { id, name, type, version, resourceVersion } = group;
  return JSON.stringify({
    ...{ group: { id, name, type, version, resource_version: resourceVersion }, subject: subjectFields(subject) },
    ...{ policy, state, generation, since: since ?? null },
    receivers: receivers.map(({ eventId, at, ...receiver }) => ({
      ...receiver,
      event_id: eventId ?? null,
      at: at ?? null,
    })),
  });
}

/** @internal */
export function boardEntryJson({ subject, complete, generation, since, position }: BoardEntry): string {
  const state = complete ? 'complete' : 'incomplete';
  return JSON.stringify({ subject: subjectFields(subject), state, generation, since: since ?? null, position });
}

/** @internal */
export function transitionJson({ id, groupId, subject, state, generation, cause, position, at }: Transition): string {
  const told =
    cause.kind === 'event'
      ? { kind: cause.kind, event_id: cause.eventId }
      : { kind: cause.kind, resource_version: cause.resourceVersion };
  const edge = { id, group_id: groupId, subject: subjectFields(subject), state, generation };
  return JSON.stringify({ ...edge, cause: told, position, at });
}

/** @internal */
export function timelineEntryJson(entry: TimelineEntry): string {
  const inner = entry.kind === 'event' ? eventJson(entry.event) : transitionJson(entry.transition);
  return `{"kind":"${entry.kind}","position":${String(entry.position)},"${entry.kind}":${inner}}`;
}

/** @internal The key itself only where it has just been made. */
export function apiKeyJson(key: ApiKey, secret?: string | null): string {
  const { id, name, roles, permissions, receiverIds, ownerId, previous, createdBy, createdAt } = key;
  const rights = { id, name, roles, permissions, event_receiver_ids: receiverIds };
  const times = { expires_at: key.expiresAt, revoked_at: key.revokedAt, last_used_at: key.lastUsedAt };
  const origin = { owner_id: ownerId, created_by: createdBy, created_at: createdAt };
  const all = withNulls({ ...rights, ...origin, ...times, rotates_until: previous?.until });
  return JSON.stringify(secret === undefined ? all : { ...all, key: secret });
}

/** @internal */
export function pageJson<T>({ items, next }: Page<T>, write: (item: T) => string): string {
  return `{"data":[${items.map(write).join(',')}],"page":${JSON.stringify({ next })}}`;
}

function subjectFields({
  name,
  version,
  release,
  platformId,
  package: unit,
}: Subject): Readonly<Record<string, string>> {
  return { name, version, release, platform_id: platformId, package: unit };
}

function groupFields(group: Group): Readonly<Record<string, unknown>> {
  const { id, name, type, version, description, receiverIds, policy, enabled, membersOnly, ownerId } = group;
  return {
    ...{ id, name, type, version, description, event_receiver_ids: receiverIds, policy, enabled },
    ...{ members_only: membersOnly, owner_id: ownerId, resource_version: group.resourceVersion },
  };
}

function origin(
  { createdBy, createdAt, updatedAt }: Pick<Receiver, 'createdBy' | 'createdAt' | 'updatedAt'>,
  changedBy?: string,
): Readonly<Record<string, string>> {
  const changed = changedBy === undefined ? {} : { changed_by: changedBy };
  return { ...changed, created_by: createdBy, created_at: createdAt, updated_at: updatedAt };
}

/** What is not there is said to be null, so that every answer has the same members. */
function withNulls(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, value ?? null]));
}
