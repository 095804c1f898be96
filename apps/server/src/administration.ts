import { jsonSchemas, apiKeySecrets, sha256Digest, systemClock, ulidIds } from '@xzepr/adapters-node';
import { createRegistry } from '@xzepr/core';
import type { Identity, KeptSigningKey, Principal, Registry } from '@xzepr/core';
import { securityMonitor } from '@xzepr/observability';

import { composeIdentity } from './compose-identity.js';
import { sharedState } from './limiting.js';
import { errorFields, log } from './log.js';
import type { Settings } from './settings/settings.js';
import { rotateSigningKey } from './signing-keys.js';
import { openStore } from './store.js';

/** The registry and its identity straight on the database, for whoever runs the machine: no server has to be up. */
export interface Administration {
  readonly registry: Registry;
  readonly identity: Identity;
  /** Who runs the machine may do everything, and is named so in the audit log. */
  readonly principal: Principal;
  /** All signing keys, without what is secret of them. */
  readonly signingKeys: () => Promise<readonly Omit<KeptSigningKey, 'material'>[]>;
  /** Adds a signing key that takes over in a minute. @returns its kid */
  readonly rotateSigningKey: () => Promise<string>;
  /** Waits for what is still to be written, and tells running servers where Redis can. */
  close(): Promise<void>;
}

/** @throws FolderLockedError a server has the embedded database; stop it, or ask it by its API */
export async function openAdministration(settings: Settings): Promise<Administration> {
  const backend = openStore(settings);
  const shared = sharedState(settings);
  const payloads = jsonSchemas();
  const { unitOfWork, reader } = backend;
  const onBackgroundError = (error: unknown): void => {
    log('error', 'something could not be written', errorFields(error));
  };
  const monitor = securityMonitor({
    ...{ unitOfWork, clock: systemClock, ids: ulidIds, onError: onBackgroundError, log: () => undefined },
    nowMs: () => performance.now(),
  });
  const registry = createRegistry({
    ...{ unitOfWork, reader, payloads, clock: systemClock, ids: ulidIds, digest: sha256Digest, secrets: apiKeySecrets },
    ...{ monitor, onBackgroundError, ...(shared.signals !== undefined && { signals: shared.signals }) },
  });
  const { identity } = composeIdentity({ settings, backend, registry, shared, monitor, policy: undefined });
  await backend.migrate();
  const keys = { unitOfWork, clock: systemClock, tokens: settings.tokens };
  const principal: Principal = { id: 'xzepr-admin', kind: 'service', roles: ['admin'] };
  return {
    ...{ registry, identity, principal },
    signingKeys: async () => {
      const all = await unitOfWork.run({}, ({ signingKeys }) => signingKeys.list());
      return all.map(({ material: _material, ...key }) => key);
    },
    rotateSigningKey: () => rotateSigningKey(keys, principal),
    async close() {
      await registry.close();
      await monitor.flush();
      await payloads.close();
      await shared.close();
      await backend.close();
    },
  };
}
