import type { AuditEntry, SecurityEvent } from '../domain/security-event.js';
import type { AuditId } from '../domain/ids.js';
import type { SecurityMonitor } from '../ports/audit-log.js';
import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import type { Stores } from '../ports/unit-of-work.js';

/** @internal */
export interface AuditDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly monitor: SecurityMonitor | undefined;
}

/** @internal Keeps security events in the transaction of what they report. */
export async function keepAudit(
  { clock, ids }: AuditDeps,
  { audit }: Pick<Stores, 'audit'>,
  events: readonly SecurityEvent[],
): Promise<void> {
  if (events.length > 0) await audit.add(events.map((event) => auditEntry({ clock, ids }, event)));
}

/** @internal Tells of events that were kept, once they are. */
export function reportKept({ monitor }: AuditDeps, events: readonly SecurityEvent[]): void {
  for (const event of events) monitor?.report(event, true);
}

function auditEntry({ clock, ids }: Omit<AuditDeps, 'monitor'>, event: SecurityEvent): AuditEntry {
  return { id: ids.next() as AuditId, at: clock.now(), ...event };
}
