import { SECURITY_EVENT_KINDS } from '@xzepr/core';
import type {
  AuditEntry,
  AuditId,
  Clock,
  Ids,
  SecurityEvent,
  SecurityEventKind,
  SecurityMonitor,
  UnitOfWork,
} from '@xzepr/core';

import { burstDetector } from './bursts.js';

/** @public */
export interface SecurityMonitorOptions {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly ids: Ids;
  /** One structured line for each event that is told. */
  readonly log: (event: SecurityEvent) => void;
  /** Told when entries could not be kept; they are tried again. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds that only ever go forward. */
  readonly nowMs: () => number;
  /** So many failures of one account, address or key in a minute are told one by one; 20 when left out. */
  readonly burstFailures?: number;
}

/** @public How the monitor itself is. */
export interface SecurityState {
  /** `degraded`: entries wait for long, or were lost. */
  readonly status: 'ok' | 'degraded';
  /** Since the process started, each event counted whether it was told or not. */
  readonly counts: Readonly<Record<SecurityEventKind, number>>;
  readonly waiting: number;
  /** Entries that the audit log could not take in time; they are in the log lines. */
  readonly lost: number;
}

/** @public A monitor whose state can be looked at. */
export interface WatchingMonitor extends SecurityMonitor {
  state(): SecurityState;
  /** Resolves when everything reported so far is kept, or could not be. */
  flush(): Promise<void>;
}

const AT_ONCE = 500;
const MAX_WAITING = 10_000;
const MINUTE_MS = 60_000;
const WATCHED = 10_000;
const RETRY_MS = 1_000;
const TRIES = 5;

/**
 * Logs, counts and keeps security events. Many failures of one account, address or key at once become one `burst` event, and
 * nobody waits for any of it.
 *
 * @public
 */
export function securityMonitor(options: SecurityMonitorOptions): WatchingMonitor {
  const { clock, ids, log, nowMs, burstFailures = 20 } = options;
  const detect = burstDetector({ failures: burstFailures, windowMs: MINUTE_MS, watched: WATCHED });
  const counts = Object.fromEntries(SECURITY_EVENT_KINDS.map((kind) => [kind, 0])) as Record<SecurityEventKind, number>;
  const keeper = auditKeeper(options);

  function tell(event: SecurityEvent, isKept: boolean): void {
    log(event);
    if (!isKept) keeper.add({ id: ids.next() as AuditId, at: clock.now(), ...event });
  }

  return {
    report(event, isKept = false) {
      counts[event.kind] += 1;
      const tidings = isKept ? ({ kind: 'told' } as const) : detect(event, nowMs());
      if (tidings.kind === 'silent') return;
      tell(event, isKept);
      if (tidings.kind !== 'burst') return;
      counts.burst += 1;
      const detail = { of: event.kind, by: tidings.by, more_than: burstFailures, seconds: MINUTE_MS / 1_000 };
      tell({ kind: 'burst', actor: event.actor, target: tidings.of, origin: event.origin, detail }, false);
    },
    state: () => ({ status: keeper.isBehind() ? 'degraded' : 'ok', counts: { ...counts }, ...keeper.figures() }),
    flush: keeper.flush,
  };
}

/** Keeps entries in the order in which they came, many at once, while nobody waits. */
function auditKeeper({ unitOfWork, onError }: SecurityMonitorOptions) {
  let waiting: AuditEntry[] = [];
  let [lost, failing] = [0, false];
  let working: Promise<void> | undefined;

  async function kept(entries: readonly AuditEntry[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await unitOfWork.run({}, ({ audit }) => audit.add(entries));
        failing = false;
        return;
      } catch (error) {
        failing = true;
        onError(error);
        if (tries === TRIES) {
          lost += entries.length;
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const entries = waiting.slice(0, AT_ONCE);
      waiting = waiting.slice(AT_ONCE);
      await kept(entries);
    }
    working = undefined;
  }

  return {
    add: (entry: AuditEntry): void => {
      if (waiting.length >= MAX_WAITING) {
        lost += 1;
        return;
      }
      waiting.push(entry);
      // One turn lets what comes together be kept together.
      working ??= Promise.resolve().then(work);
    },
    isBehind: (): boolean => failing || lost > 0 || waiting.length > MAX_WAITING / 2,
    figures: () => ({ waiting: waiting.length, lost }),
    flush: async (): Promise<void> => {
      await working;
    },
  };
}
