import { jwtTokens } from '@xzepr/adapters-jwt';
import { argon2Passwords, secrets, sha256Digest, systemClock, ulidIds } from '@xzepr/adapters-node';
import { oidcProvider, workloadIdentity } from '@xzepr/adapters-oidc';
import type { PostgresBackend } from '@xzepr/adapters-postgres';
import { createIdentity } from '@xzepr/core';
import type { AccessPolicy, Identity, Registry, SecurityMonitor } from '@xzepr/core';

import { signInRates } from './limiting.js';
import type { SharedState } from './limiting.js';
import { errorFields, log } from './log.js';
import type { Settings } from './settings/settings.js';
import { servedRing } from './signing-keys.js';
import type { ServedRing } from './signing-keys.js';

/** What identity needs of the rest of the server. */
export interface IdentityParts {
  readonly settings: Settings;
  readonly backend: PostgresBackend;
  readonly registry: Registry;
  readonly shared: SharedState;
  readonly monitor: SecurityMonitor;
  readonly policy: AccessPolicy | undefined;
}

/** Users and tokens, and the keys that sign them. */
export function composeIdentity(parts: IdentityParts): { readonly identity: Identity; readonly served: ServedRing } {
  const { settings, backend, registry, shared, monitor, policy } = parts;
  const { tokens, passwords, rateLimit } = settings;
  const served = servedRing({ unitOfWork: backend.unitOfWork, clock: systemClock, tokens });
  const jwt = jwtTokens({
    ...{ ring: served.ring, issuer: tokens.issuer, audience: tokens.audience, leewaySeconds: tokens.leewaySeconds },
    clock: systemClock,
    onUnknownKid: () => {
      served.reload().catch((error: unknown) => {
        log('error', 'the signing keys could not be read', errorFields(error));
      });
    },
  });
  const workloads = workloadIdentity(settings.issuers, {
    clock: systemClock,
    onTrouble: (issuer, reason) => {
      log('warn', 'the keys of a trusted issuer cannot be had', { issuer, reason });
    },
  });
  const identity = createIdentity({
    ...{
      unitOfWork: backend.unitOfWork,
      reader: backend.reader,
      clock: systemClock,
      ids: ulidIds,
      digest: sha256Digest,
    },
    ...{ secrets, passwords: argon2Passwords(passwords), signer: jwt, verifier: jwt, monitor },
    ...{ others: [workloads, registry.authenticateApiKey], signInRates: signInRates(settings) },
    providers: settings.providers.map(oidcProvider),
    ...(rateLimit.enabled && { limiter: shared.limiter }),
    ...(shared.signals !== undefined && { signals: shared.signals }),
    ...(policy !== undefined && { policy }),
    times: {
      accessMs: tokens.accessSeconds * 1_000,
      refreshMs: tokens.refreshSeconds * 1_000,
      sessionMs: tokens.sessionSeconds * 1_000,
    },
    onStandingChanged: () => {
      registry.forgetApiKeys();
    },
  });
  return { identity, served };
}
