import { describe, expect, it } from '@jest/globals';

import { afterGateEvent, progressFrom, settled } from '../../src/domain/gate-state.js';
import type { GateContext, GateEvent, GateState } from '../../src/domain/gate-state.js';
import type { EventId, GroupId, ReceiverId } from '../../src/domain/ids.js';
import type { SubjectHash } from '../../src/domain/subject.js';
import type { Timestamp } from '../../src/domain/timestamp.js';

const [A, B] = ['a', 'b'] as ReceiverId[] as [ReceiverId, ReceiverId];
const SUBJECT = { name: 'n', version: 'v', release: 'r', platformId: 'p', package: 'k' };
const HASH = 'h' as SubjectHash;
const PASSED = { latest: true, everSucceeded: true };
const [EARLIER, NOW] = ['2026-01-01T00:00:00.000000Z', '2026-01-02T00:00:00.000000Z'] as Timestamp[] as [
  Timestamp,
  Timestamp,
];

function context(change: Partial<GateContext> = {}): GateContext {
  const missing = { latest: undefined, everSucceeded: false };
  return {
    ...{ groupId: 'g' as GroupId, subjectHash: HASH, policy: 'latest', ruleVersion: 3, receiverIds: [A, B] },
    ...{ standings: [missing, PASSED], stored: undefined },
    ...change,
  };
}

function event(receiverId: ReceiverId, success: boolean): GateEvent {
  return { id: 'e' as EventId, receiverId, subject: SUBJECT, subjectHash: HASH, success, createdAt: NOW };
}

function stored(change: Partial<GateState>): GateState {
  return { complete: false, generation: 0, since: undefined, ruleVersion: 3, ...change };
}

describe('afterGateEvent', () => {
  it('completes the gate with the last receiver that was missing', () => {
    const [progress, edge] = afterGateEvent(progressFrom(context()), event(A, true));
    const cause = { kind: 'event', eventId: 'e' };
    expect(edge).toEqual({ groupId: 'g', state: 'completed', generation: 1, cause });
    expect(progress.state).toEqual({ complete: true, generation: 1, since: NOW, ruleVersion: 3 });
    expect(progress.standings).toEqual([PASSED, PASSED]);
  });

  it('reopens it with a failure, one generation later', () => {
    const open = context({
      standings: [PASSED, PASSED],
      stored: stored({ complete: true, generation: 5, since: EARLIER }),
    });
    const [progress, edge] = afterGateEvent(progressFrom(open), event(B, false));
    expect(edge).toMatchObject({ state: 'reopened', generation: 6 });
    expect(progress.state).toEqual({ complete: false, generation: 6, since: NOW, ruleVersion: 3 });
  });

  it('records no edge when the gate stays as it is', () => {
    const before = stored({ generation: 2, since: EARLIER });
    const [progress, edge] = afterGateEvent(progressFrom(context({ stored: before })), event(B, true));
    expect(edge).toBeUndefined();
    expect(progress.state).toEqual(before);
  });
});

describe('settled', () => {
  it('says that the group changed when an older rule decided otherwise', () => {
    const before = stored({ complete: false, generation: 2, ruleVersion: 1 });
    const changed = context({ standings: [PASSED, PASSED], stored: before });
    const [progress, edge] = settled(progressFrom(changed), NOW);
    const cause = { kind: 'group_changed', resourceVersion: 3 };
    expect(edge).toEqual({ groupId: 'g', state: 'completed', generation: 3, cause });
    expect(progress.state).toEqual({ complete: true, generation: 3, since: NOW, ruleVersion: 3 });
  });

  it('notes the rule of today when it decides the same', () => {
    const before = stored({ complete: true, generation: 1, since: EARLIER, ruleVersion: 1 });
    const [progress, edge] = settled(progressFrom(context({ standings: [PASSED, PASSED], stored: before })), NOW);
    expect(edge).toBeUndefined();
    expect(progress.state).toEqual({ ...before, ruleVersion: 3 });
  });

  it('leaves a state of the rule of today alone', () => {
    const progress = progressFrom(context({ stored: stored({}), standings: [PASSED, PASSED] }));
    expect(settled(progress, NOW)).toEqual([progress, undefined]);
  });

  it('settles a gate that has not met the subject, as if it had been closed', () => {
    const [progress, edge] = settled(progressFrom(context({ standings: [PASSED, PASSED] })), NOW);
    expect(edge).toMatchObject({ state: 'completed', generation: 1 });
    expect(progress.state.ruleVersion).toBe(3);
  });
});
