import type { GatePolicy, OutcomeKind } from '@xzepr/core';

interface ModelEvent {
  readonly id: string;
  readonly receiver: string;
  readonly subject: string;
  readonly success: boolean;
}

/** @internal */
export interface ModelGroup {
  readonly id: string;
  readonly receivers: readonly string[];
  readonly policy: GatePolicy;
  readonly enabled: boolean;
  readonly version: number;
  /** The version at which it was made or enabled, or its receivers or policy changed. */
  readonly changedAt: number;
}

/** @internal `cause` is the id of an event, or a version of the group. */
export interface ModelEdge {
  readonly groupId: string;
  readonly subject: string;
  readonly state: 'completed' | 'reopened';
  readonly generation: number;
  readonly cause: string | number;
  /** How many events of the subject there were before it. */
  readonly eventsBefore: number;
}

/** What a receiver says, and the event that it cites. */
interface ModelOutcome {
  readonly outcome: OutcomeKind;
  readonly eventId: string | undefined;
}

/**
 * The rule of the REST contract, written down once more in the plainest way: everything is worked out anew from all events
 * each time it is asked for. Slow, and not like the core in anything but what it says.
 *
 * @internal
 */
export interface Model {
  readonly events: readonly ModelEvent[];
  readonly edges: readonly ModelEdge[];
  readonly groups: ReadonlyMap<string, ModelGroup>;
  record(event: ModelEvent): void;
  make(group: Omit<ModelGroup, 'version' | 'changedAt'>): void;
  change(id: string, change: Partial<Pick<ModelGroup, 'receivers' | 'policy' | 'enabled'>>): void;
  remove(id: string): void;
  reconcile(subjects: readonly string[]): void;
  outcomes(group: ModelGroup, subject: string): readonly ModelOutcome[];
  isComplete(group: ModelGroup, subject: string): boolean;
}

/** @internal */
export function emptyModel(): Model {
  const events: ModelEvent[] = [];
  const edges: ModelEdge[] = [];
  const groups = new Map<string, ModelGroup>();
  const outcomes = (group: ModelGroup, subject: string): readonly ModelOutcome[] =>
    group.receivers.map((receiver) => {
      const own = events.filter((event) => event.receiver === receiver && event.subject === subject);
      return outcomeOf(group.policy, own);
    });
  const isComplete = (group: ModelGroup, subject: string): boolean =>
    outcomes(group, subject).every(({ outcome }) => outcome === 'passing');
  const compare = (group: ModelGroup, subject: string, cause: string | number): void => {
    const own = edges.filter((edge) => edge.groupId === group.id && edge.subject === subject);
    const complete = isComplete(group, subject);
    if (complete === (own.at(-1)?.state === 'completed')) return;
    const eventsBefore = events.filter((event) => event.subject === subject).length;
    const state = complete ? 'completed' : 'reopened';
    edges.push({ groupId: group.id, subject, state, generation: own.length + 1, cause, eventsBefore });
  };
  return {
    ...{ events, edges, groups, outcomes, isComplete },
    record(event) {
      const touched = [...groups.values()].filter(
        ({ enabled, receivers }) => enabled && receivers.includes(event.receiver),
      );
      for (const group of touched) compare(group, event.subject, group.changedAt);
      events.push(event);
      for (const group of touched) compare(group, event.subject, event.id);
    },
    make(group) {
      groups.set(group.id, { ...group, version: 1, changedAt: 1 });
    },
    change(id, change) {
      const before = groups.get(id);
      if (before !== undefined) groups.set(id, changed(before, { ...before, ...change }));
    },
    remove(id) {
      groups.delete(id);
    },
    reconcile(subjects) {
      for (const group of groups.values()) {
        if (group.enabled) for (const subject of subjects) compare(group, subject, group.changedAt);
      }
    },
  };
}

function outcomeOf(policy: GatePolicy, events: readonly ModelEvent[]): ModelOutcome {
  const [newest, success] = [events.at(-1), events.findLast((event) => event.success)];
  if (newest === undefined) return { outcome: 'missing', eventId: undefined };
  if (policy === 'any' && success !== undefined) return { outcome: 'passing', eventId: success.id };
  return { outcome: newest.success ? 'passing' : 'failing', eventId: newest.id };
}

function changed(before: ModelGroup, after: ModelGroup): ModelGroup {
  const other = before.receivers.join() !== after.receivers.join() || before.policy !== after.policy;
  if (!other && before.enabled === after.enabled) return before;
  const version = before.version + 1;
  const settlesAnew = other || (after.enabled && !before.enabled);
  return { ...after, version, changedAt: settlesAnew ? version : before.changedAt };
}
