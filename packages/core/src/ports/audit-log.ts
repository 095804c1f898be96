import type { AuditId } from '../domain/ids.js';
import type { AuditEntry, SecurityEvent, SecurityEventKind } from '../domain/security-event.js';
import type { Timestamp } from '../domain/timestamp.js';
import type { Span } from './span.js';

/**
 * The audit log: only ever added to.
 *
 * @public
 */
export interface AuditStore {
  /** @throws StoreRejectedError the id of one is taken */
  add(entries: readonly AuditEntry[]): Promise<void>;
}

/** @public Which entries are wanted: those that fit everything that is given. */
export interface AuditFilter {
  readonly kind?: SecurityEventKind;
  readonly actor?: string;
  readonly target?: string;
  readonly address?: string;
  /** Inclusive. */
  readonly from?: Timestamp;
  /** Exclusive. */
  readonly to?: Timestamp;
}

/** @public Reads the audit log. */
export interface AuditReader {
  /** By id, which is by time, newest first; `after` is an id. */
  list(filter: AuditFilter, span: Span<AuditId>): Promise<readonly AuditEntry[]>;
}

/**
 * Told of everything that matters to security. Never throws and never makes its caller wait: it logs, counts, and has the
 * audit log keep what has not been kept there already.
 *
 * @public
 */
export interface SecurityMonitor {
  /** `isKept`: an entry was written in the transaction of what the event reports. */
  report(event: SecurityEvent, isKept?: boolean): void;
}
