import type { BackendHarness } from '../backend-harness.js';
import type { TestRunner } from '../contract.js';
import { adminCountPromises } from './admin-count.contract.js';
import { apiKeyStorePromises } from './api-key-store.contract.js';
import { auditLogPromises } from './audit-log.contract.js';
import { eventReaderPromises } from './event-reader.contract.js';
import { eventStorePromises } from './event-store.contract.js';
import { boardPromises } from './gate-board.contract.js';
import { gateContextPromises } from './gate-context.contract.js';
import { gateReaderPromises } from './gate-reader.contract.js';
import { groupReaderPromises } from './group-reader.contract.js';
import { groupStorePromises } from './group-store.contract.js';
import { identityRollbackPromises } from './identity-rollback.contract.js';
import { isolationPromises } from './isolation.contract.js';
import { keptAnswersPromises } from './kept-answers.contract.js';
import { memberStorePromises } from './member-store.contract.js';
import { receiverGuardPromises } from './receiver-guards.contract.js';
import { receiverReaderPromises } from './receiver-reader.contract.js';
import { receiverStorePromises } from './receiver-store.contract.js';
import { reconciliationReaderPromises } from './reconciliation-reader.contract.js';
import { reconciliationStorePromises } from './reconciliation-store.contract.js';
import { roundTripStorePromises } from './round-trip-store.contract.js';
import { sessionStorePromises } from './session-store.contract.js';
import { signingKeyStorePromises } from './signing-key-store.contract.js';
import { declareStorage } from './storage.contract.js';
import { tokenHolderPromises } from './token-holder.contract.js';
import { unitOfWorkPromises } from './unit-of-work.contract.js';
import { userStorePromises } from './user-store.contract.js';

/**
 * What a store promises as a whole: `UnitOfWork` with all its stores, and `RegistryReader`. The store is opened once.
 *
 * @public
 */
export function backendContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'backend', open, {
    'unit of work': unitOfWorkPromises,
    'unit of work of identity': identityRollbackPromises,
    isolation: isolationPromises,
    'event store': eventStorePromises,
    'gate contexts': gateContextPromises,
    'receiver store': receiverStorePromises,
    'receiver guards': receiverGuardPromises,
    'group store': groupStorePromises,
    'reconciliation store': reconciliationStorePromises,
    'kept answers': keptAnswersPromises,
    'API keys': apiKeyStorePromises,
    users: userStorePromises,
    administrators: adminCountPromises,
    members: memberStorePromises,
    sessions: sessionStorePromises,
    'access tokens': tokenHolderPromises,
    'round trips': roundTripStorePromises,
    'audit log': auditLogPromises,
    'signing keys': signingKeyStorePromises,
    'event reader': eventReaderPromises,
    'receiver reader': receiverReaderPromises,
    'group reader': groupReaderPromises,
    'gate evidence': gateReaderPromises,
    'gate boards': boardPromises,
    'reconciliation reader': reconciliationReaderPromises,
  });
}
