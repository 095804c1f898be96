import type { NewEvent } from '../domain/event.js';
import { afterGateEvent, progressFrom, settled } from '../domain/gate-state.js';
import type { Edge, GateContext, GateProgress } from '../domain/gate-state.js';
import { ulidOf } from '../domain/ids.js';
import type { TransitionId } from '../domain/ids.js';
import type { Subject, SubjectHash } from '../domain/subject.js';
import { unixMs } from '../domain/timestamp.js';
import type { Timestamp } from '../domain/timestamp.js';
import type { NewTransition } from '../domain/transition.js';
import type { Digest } from '../ports/digest.js';
import type { Fact, GateStateChange } from '../ports/event-store.js';

/**
 * What follows from recording events: the facts in their order, each event before the edges it causes, and the states.
 *
 * @internal
 */
export interface GateDecision {
  readonly facts: readonly Fact[];
  readonly states: readonly GateStateChange[];
}

interface About {
  readonly subject: Subject;
  readonly subjectHash: SubjectHash;
}

/** Gates while a unit of work goes on, with the fact that last moved each. */
interface Running {
  progress: GateProgress;
  about: About | undefined;
  fact: number | undefined;
}

/**
 * Applies events in their order to the gates that they touch. `contexts` holds every enabled gate that has the receiver of
 * one of the events, for that event's subject. A state that an older rule left is settled first, so that the edge of an
 * event says what the event did and nothing else.
 *
 * @internal
 */
export function decideGates(
  digest: Digest,
  events: readonly NewEvent[],
  contexts: readonly GateContext[],
): GateDecision {
  const facts: Fact[] = [];
  const gates = contexts.map((context): Running => ({
    progress: progressFrom(context),
    about: undefined,
    fact: undefined,
  }));
  const bySubject = Map.groupBy(gates, ({ progress }) => progress.context.subjectHash);
  for (const event of events) {
    const touched = (bySubject.get(event.subjectHash) ?? []).filter(({ progress }) =>
      progress.context.receiverIds.includes(event.receiverId),
    );
    for (const gate of touched) settle(digest, facts, gate, event, event.createdAt);
    const place = facts.push({ kind: 'event', event }) - 1;
    for (const gate of touched) {
      const [progress, edge] = afterGateEvent(gate.progress, event);
      advance(digest, facts, gate, progress, edge, event, event.createdAt);
      gate.fact ??= gate.progress.context.stored === undefined ? place : undefined;
    }
  }
  return { facts, states: gates.flatMap(changeOf) };
}

/**
 * Settles gates of subjects about which nothing new is known, because their group has changed.
 *
 * @internal
 */
export function settleGates(
  digest: Digest,
  at: Timestamp,
  contexts: readonly GateContext[],
  subjects: ReadonlyMap<SubjectHash, Subject>,
): GateDecision {
  const facts: Fact[] = [];
  const gates = contexts.map((context): Running => ({
    progress: progressFrom(context),
    about: undefined,
    fact: undefined,
  }));
  for (const gate of gates) {
    const { subjectHash } = gate.progress.context;
    const subject = subjects.get(subjectHash);
    if (subject !== undefined) settle(digest, facts, gate, { subject, subjectHash }, at);
  }
  return { facts, states: gates.flatMap(changeOf) };
}

function settle(digest: Digest, facts: Fact[], gate: Running, about: About, at: Timestamp): void {
  const [progress, edge] = settled(gate.progress, at);
  advance(digest, facts, gate, progress, edge, about, at);
}

function advance(
  digest: Digest,
  facts: Fact[],
  gate: Running,
  progress: GateProgress,
  edge: Edge | undefined,
  about: About,
  at: Timestamp,
): void {
  gate.progress = progress;
  gate.about = about;
  if (edge === undefined) return;
  gate.fact = facts.push({ kind: 'transition', transition: transitionOf(digest, edge, about, at) }) - 1;
}

/** Nothing is written for a gate that stands where it stood. */
function changeOf({ progress: { context, state }, about, fact }: Running): readonly GateStateChange[] {
  if (about === undefined || isSame(context.stored, state)) return [];
  const { subject, subjectHash } = about;
  return [{ groupId: context.groupId, subject, subjectHash, state, fact }];
}

function isSame(before: GateContext['stored'], after: GateProgress['state']): boolean {
  return before?.generation === after.generation && before.ruleVersion === after.ruleVersion;
}

/** The same edge has the same id wherever it is decided. */
function transitionOf(digest: Digest, edge: Edge, { subject, subjectHash }: About, at: Timestamp): NewTransition {
  const identity = digest.sha256(JSON.stringify([edge.groupId, subjectHash, edge.generation]));
  return { ...edge, id: ulidOf(unixMs(at), identity) as TransitionId, subject, subjectHash, at };
}
