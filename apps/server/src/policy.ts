import { opaPolicy } from '@xzepr/adapters-opa';
import type { AccessPolicy } from '@xzepr/core';

import { log } from './log.js';
import type { Settings } from './settings/settings.js';

/** Said at most once in so long: while the policy server is away there is a reason with every request. */
const QUIET_MS = 5_000;

/** The policy that has the last word, where the settings name one; else the roles have it. */
export function policyOf({ opa: { url, token, timeoutMs, cacheSeconds } }: Settings): AccessPolicy | undefined {
  if (url === undefined) return undefined;
  let quietUntil = 0;
  return opaPolicy({
    ...{ url, timeoutMs, cacheTtlMs: cacheSeconds * 1_000, ...(token !== undefined && { token }) },
    onUnsure: (reason) => {
      if (performance.now() < quietUntil) return;
      quietUntil = performance.now() + QUIET_MS;
      log('warn', 'the access policy could not be asked; requests are refused', { reason });
    },
  });
}
