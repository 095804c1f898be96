import type { AccessPolicy } from './ports/access-policy.js';
import type { ApiKeySecrets } from './ports/api-key-secrets.js';
import type { SecurityMonitor } from './ports/audit-log.js';
import type { Clock } from './ports/clock.js';
import type { Digest } from './ports/digest.js';
import type { IdentitySignals } from './ports/identity-signals.js';
import type { Ids } from './ports/ids.js';
import type { PayloadSchemas } from './ports/payload-schemas.js';
import type { RegistryReader } from './ports/registry-reader.js';
import type { UnitOfWork } from './ports/unit-of-work.js';
import { makeAccess } from './use-cases/access.js';
import { makeAdminKeyUseCases } from './use-cases/admin-keys.js';
import type { AdminKeyUseCases } from './use-cases/admin-keys.js';
import { makeApiKeyUseCases } from './use-cases/api-keys.js';
import type { ApiKeyUseCases } from './use-cases/api-keys.js';
import { makeApiKeyAuthenticator } from './use-cases/authenticate.js';
import type { Authenticate } from './use-cases/authenticate.js';
import type { EventInput } from './domain/event-input.js';
import type { AnyRegistryError } from './errors.js';
import type { ProvenanceEvent } from './domain/event.js';
import { makeGateQueries } from './use-cases/gates.js';
import type { GateQueries } from './use-cases/gates.js';
import { makeGroupUseCases } from './use-cases/groups.js';
import type { GroupUseCases } from './use-cases/groups.js';
import { makeMemberUseCases } from './use-cases/members.js';
import type { MemberUseCases } from './use-cases/members.js';
import { makeOnce } from './use-cases/once.js';
import type { Creation } from './use-cases/once.js';
import { makeEventQueries } from './use-cases/read-events.js';
import type { EventQueries } from './use-cases/read-events.js';
import { receiverCatalog } from './use-cases/receiver-catalog.js';
import { makeReceiverUseCases } from './use-cases/receivers.js';
import type { ReceiverUseCases } from './use-cases/receivers.js';
import { makeReconciler } from './use-cases/reconciler.js';
import { makeRecordBatch, makeRecordEvent } from './use-cases/record-events.js';
import type { BatchInput, BatchResult } from './use-cases/record-events.js';
import { forgetAnswers } from './use-cases/forget-answers.js';

/**
 * What a registry is made of. Adapters implement the ports; see `docs/write-an-adapter.md`.
 *
 * @public
 */
export interface RegistryPorts {
  readonly unitOfWork: UnitOfWork;
  readonly reader: RegistryReader;
  readonly payloads: PayloadSchemas;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly digest: Digest;
  readonly secrets: ApiKeySecrets;
  /** Has the last word on what roles allow; where there is none, the roles have it. */
  readonly policy?: AccessPolicy;
  /** Hears from other processes that keys were revoked. */
  readonly signals?: IdentitySignals;
  /** Told of everything that matters to security. */
  readonly monitor?: SecurityMonitor;
  /** Told of what went wrong where nobody waits for an answer: settling subjects in the background. */
  readonly onBackgroundError: (error: unknown) => void;
}

/**
 * The registry: everything that can be asked of it. Each call takes the principal who asks, and is refused with
 * PermissionDeniedError unless their roles allow it. Errors are those of `AnyRegistryError`.
 *
 * @public
 */
export interface Registry
  extends ReceiverUseCases, GroupUseCases, MemberUseCases, EventQueries, GateQueries, ApiKeyUseCases, AdminKeyUseCases {
  /** Records an event and decides the gates it touches, in one unit of work. */
  readonly recordEvent: Creation<EventInput, ProvenanceEvent>;
  /** Records 1 to 1,000 events in one unit of work, in their order. */
  readonly recordBatch: Creation<BatchInput, readonly BatchResult[]>;
  /**
   * Refuses with the error that it is given: for an edge that has found it before the registry was asked, so that the idempotency
   * key of the request keeps the refusal as it keeps those of the registry.
   */
  readonly refuse: Creation<AnyRegistryError, never>;
  /** Who holds an API key. */
  readonly authenticateApiKey: Authenticate;
  /** Asks the store again about every key: someone's standing has changed. */
  forgetApiKeys(): void;
  /**
   * Settles the subjects of every group that has changed, and resolves when none is left. Starts by itself after each change
   * made here; call it now and then for what another process left when it died.
   */
  reconcile(): Promise<void>;
  /** Forgets answers kept under idempotency keys for more than a day; how many. Call it now and then. */
  forgetOldAnswers(): Promise<number>;
  /**
   * Ends the work in the background after the step under way. The ports stay open: they belong to who made them, and are to be
   * closed when this has resolved.
   */
  close(): Promise<void>;
}

const WRITES = { maxInFlight: 3, worthwhile: 16, maxItems: 256, maxWaiting: 10_000 };
const READS = { maxInFlight: 2, worthwhile: 16, maxItems: 128, maxWaiting: 10_000 };
const RECEIVERS_AT_HAND = 1_000;
const SUBJECTS_PER_STEP = 200;

/**
 * The registry on the given ports. It starts nothing and owns nothing but memory.
 *
 * @public
 */
export function createRegistry(ports: RegistryPorts): Registry {
  const { unitOfWork, reader, payloads, clock, ids, digest, secrets, signals, onBackgroundError } = ports;
  const monitor = ports.monitor;
  const access = makeAccess({ policy: ports.policy, monitor });
  const catalog = receiverCatalog(reader.receivers, RECEIVERS_AT_HAND);
  const reconciler = makeReconciler({ unitOfWork, reader, clock, digest, subjectsPerStep: SUBJECTS_PER_STEP });
  const keys = makeApiKeyAuthenticator({ unitOfWork, reader, clock, digest, signals, onBackgroundError });
  const writing = { unitOfWork, access, clock, ids, digest, monitor };
  const recording = { ...writing, catalog, payloads, coalesce: WRITES };
  const onReconciliationStarted = (): void => {
    reconciler.reconcile().catch(onBackgroundError);
  };
  const onNarrowed = (): void => {
    keys.forget();
    void signals?.send();
  };
  return {
    ...makeReceiverUseCases({ ...writing, reader: reader.receivers, payloads, catalog }),
    ...makeGroupUseCases({ ...writing, reader: reader.groups, onReconciliationStarted }),
    ...makeMemberUseCases({ ...writing, reader }),
    ...makeEventQueries({ reader: reader.events, access, digest, coalesce: READS }),
    ...makeGateQueries({ gates: reader.gates, groups: reader.groups, access, digest, coalesce: READS }),
    ...makeApiKeyUseCases({ ...writing, reader: reader.apiKeys, secrets, onNarrowed }),
    ...makeAdminKeyUseCases({ ...writing, secrets }),
    recordEvent: makeRecordEvent(recording),
    recordBatch: makeRecordBatch(recording),
    refuse: makeOnce({ unitOfWork, digest, clock })<AnyRegistryError, never>((_principal, error) =>
      Promise.reject(error),
    ),
    authenticateApiKey: keys.authenticate,
    forgetApiKeys: keys.forget,
    reconcile: () => reconciler.reconcile(),
    forgetOldAnswers: () => forgetAnswers({ unitOfWork, clock }),
    async close() {
      await reconciler.stop();
      await keys.settled();
    },
  };
}
