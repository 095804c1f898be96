import { beforeEach, describe, expect, it } from '@jest/globals';
import { countingIds, memoryBackend, steppingClock } from '@xzepr/adapter-testkit';
import { securityEvent } from '@xzepr/core';
import type { AuditEntry, SecurityEvent, SecurityEventKind } from '@xzepr/core';

import { securityMonitor } from '../src/index.js';
import type { WatchingMonitor } from '../src/index.js';

describe('the security monitor', () => {
  let nowMs = 0;
  let failing = false;
  let told: SecurityEvent[] = [];
  let errors: unknown[] = [];
  let monitor: WatchingMonitor;
  let entries: () => Promise<readonly AuditEntry[]>;

  beforeEach(() => {
    [nowMs, failing, told, errors] = [0, false, [], []];
    const backend = memoryBackend();
    monitor = securityMonitor({
      unitOfWork: {
        run: (scope, work) => {
          if (failing) throw new Error('the store is away');
          return backend.unitOfWork.run(scope, work);
        },
      },
      ...{ clock: steppingClock({ autoStepMs: 1 }), ids: countingIds(), nowMs: () => nowMs, burstFailures: 5 },
      log: (event) => told.push(event),
      onError: (error) => errors.push(error),
    });
    entries = async () => {
      await monitor.flush();
      return backend.reader.audit.list({}, { after: undefined, limit: 1_000 });
    };
  });

  const failure = (
    account: string,
    address = '10.0.0.1',
    kind: SecurityEventKind = 'sign_in.failed',
  ): SecurityEvent => ({
    ...securityEvent(kind, undefined, account),
    origin: { address },
  });
  const kinds = (): readonly string[] => told.map(({ kind }) => kind);

  it('logs, counts and keeps an event', async () => {
    const event = failure('alice');
    monitor.report(event);
    expect(told).toEqual([event]);
    expect(await entries()).toEqual([expect.objectContaining(event)]);
    expect(monitor.state()).toMatchObject({ status: 'ok', waiting: 0, lost: 0, counts: { 'sign_in.failed': 1 } });
  });

  it('does not keep again what was kept in the transaction of what it reports', async () => {
    monitor.report(securityEvent('user.created', undefined, 'alice'), true);
    expect(kinds()).toEqual(['user.created']);
    expect(await entries()).toEqual([]);
  });

  it('tells of a burst once, and counts the rest of it', async () => {
    for (let number = 0; number < 1_000; number += 1) monitor.report(failure('alice', `10.0.${String(number)}.1`));
    expect(kinds()).toEqual([...Array.from({ length: 6 }, () => 'sign_in.failed'), 'burst']);
    expect(told.at(-1)).toMatchObject({ target: 'alice', detail: { of: 'sign_in.failed', by: 'target' } });
    expect(await entries()).toHaveLength(7);
    expect(monitor.state().counts).toMatchObject({ 'sign_in.failed': 1_000, burst: 1 });
  });

  it('knows a burst by account, by address and by key', () => {
    for (let number = 0; number < 20; number += 1) monitor.report(failure(`user ${String(number)}`, '10.9.9.9'));
    for (let number = 0; number < 20; number += 1)
      monitor.report({ ...securityEvent('access.denied', { id: 'key 1', kind: 'api_key', roles: [] }, 'user:manage') });
    const bursts = told.filter(({ kind }) => kind === 'burst').map(({ target, detail }) => [target, detail['by']]);
    expect(bursts).toEqual([
      ['10.9.9.9', 'address'],
      ['key 1', 'actor'],
    ]);
  });

  it('takes the /64 of an IPv6 address for one address', () => {
    for (let number = 0; number < 20; number += 1)
      monitor.report(failure(`user ${String(number)}`, `2001:db8:1:2::${number.toString(16)}`));
    const bursts = told.filter(({ kind }) => kind === 'burst').map(({ target, detail }) => [target, detail['by']]);
    expect(bursts).toEqual([['2001:db8:1:2::/64', 'address']]);
  });

  it('tells of failures one by one again after a quiet minute, and not before', () => {
    const many = (): void => {
      for (let number = 0; number < 50; number += 1) monitor.report(failure('alice'));
    };
    many();
    nowMs += 60_000;
    many();
    expect(kinds().filter((kind) => kind === 'burst')).toHaveLength(1);
    nowMs += 180_000;
    monitor.report(failure('alice'));
    expect(kinds().at(-1)).toBe('sign_in.failed');
  });

  it('never takes what succeeds, or what changes something, for a burst', () => {
    for (let number = 0; number < 100; number += 1)
      monitor.report(securityEvent('sign_in.succeeded', undefined, 'alice'));
    expect(kinds()).not.toContain('burst');
    expect(told).toHaveLength(100);
  });

  it('goes on when entries cannot be kept, says so, and keeps them when it can', async () => {
    failing = true;
    monitor.report(failure('alice'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors).toHaveLength(1);
    expect(monitor.state().status).toBe('degraded');
    failing = false;
    expect(await entries()).toHaveLength(1);
    expect(monitor.state()).toMatchObject({ status: 'ok', lost: 0 });
  });
});
