import type { BackendHarness } from '../backend-harness.js';
import type { TestRunner } from '../contract.js';
import { declareStorage } from '../contracts/storage.contract.js';
import { auditPromises } from './audit.contract.js';
import { onIdentity } from './identity-scene.js';
import { lastAdminPromises } from './last-admin.contract.js';
import { passwordPromises } from './passwords.contract.js';
import { roundTripPromises } from './round-trips.contract.js';
import { sessionPromises } from './sessions.contract.js';
import { signInLimitPromises } from './sign-in-limits.contract.js';
import { signingInPromises } from './signing-in.contract.js';
import { standingPromises } from './standing.contract.js';
import { userPromises } from './users.contract.js';
import { vouchedPeoplePromises } from './vouched-people.contract.js';

/**
 * What identity does on a store: `createIdentity` with the store's two ports, and everything else made for tests.
 *
 * @public
 */
export function identityContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'identity', open, {
    'signing in': onIdentity(signingInPromises),
    'limits of signing in': onIdentity(signInLimitPromises),
    sessions: onIdentity(sessionPromises),
    passwords: onIdentity(passwordPromises),
    users: onIdentity(userPromises),
    'the last administrator': onIdentity(lastAdminPromises),
    'standing that changes': onIdentity(standingPromises),
    'round trips to providers': onIdentity(roundTripPromises),
    'people whom providers vouch for': onIdentity(vouchedPeoplePromises),
    'audit log': onIdentity(auditPromises),
  });
}
