import type { BackendHarness } from '../backend-harness.js';
import type { TestRunner } from '../contract.js';
import { declareStorage } from '../contracts/storage.contract.js';
import { apiKeyPromises } from './api-keys.contract.js';
import { batchPromises } from './batch.contract.js';
import { gatePromises } from './gates.contract.js';
import { groupPromises } from './groups.contract.js';
import { idempotencyPromises } from './idempotency.contract.js';
import { keyRightsPromises } from './key-rights.contract.js';
import { memberPromises } from './members.contract.js';
import { pagingPromises } from './paging.contract.js';
import { permissionPromises } from './permissions.contract.js';
import { receiverPromises } from './receivers.contract.js';
import { reconciliationPromises } from './reconciliation.contract.js';
import { recordingPromises } from './recording.contract.js';
import { onRegistry } from './registry-scene.js';

/**
 * What a registry does on a store: `createRegistry` with the store's two ports, and everything else made for tests.
 *
 * @public
 */
export function registryContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'registry', open, {
    'recording events': onRegistry(recordingPromises),
    batches: onRegistry(batchPromises),
    'idempotency keys': onRegistry(idempotencyPromises),
    gates: onRegistry(gatePromises),
    'settling after a change': onRegistry(reconciliationPromises),
    receivers: onRegistry(receiverPromises),
    groups: onRegistry(groupPromises),
    permissions: onRegistry(permissionPromises),
    members: onRegistry(memberPromises),
    'API keys': onRegistry(apiKeyPromises),
    'rights of API keys': onRegistry(keyRightsPromises),
    pages: onRegistry(pagingPromises),
  });
}
