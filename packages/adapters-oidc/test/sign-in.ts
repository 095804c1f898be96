import { randomBytes } from 'node:crypto';

import type { IdentityProvider, TripOut, VouchedPerson } from '@xzepr/core';

import { oidcProvider } from '../src/index.js';
import type { OidcProviderOptions } from '../src/index.js';
import { CALLBACK, SECRET } from './real-provider.js';
import type { RealProvider } from './real-provider.js';

/** The client that the real provider knows. */
export function clientOf({ issuer }: RealProvider, options: Partial<OidcProviderOptions> = {}): IdentityProvider {
  return oidcProvider({
    ...{ name: 'acme', issuer, clientId: 'xzepr', clientSecret: SECRET, allowInsecure: true, timeoutMs: 2_000 },
    ...{ roleClaim: 'groups', roleMap: { deployers: ['event_manager'], readers: ['event_viewer'] } },
    ...options,
  });
}

export function newTrip(): TripOut {
  const [state, nonce, verifier] = [1, 2, 3].map(() => randomBytes(32).toString('base64url'));
  return { state: state ?? '', nonce: nonce ?? '', verifier: verifier ?? '', callbackUrl: CALLBACK };
}

/** The whole round trip; `between` runs when the person is back and nothing of it was looked at. */
export async function signIn(
  provider: RealProvider,
  client: IdentityProvider,
  between: (query: string, trip: TripOut) => Promise<void> = async () => undefined,
): Promise<VouchedPerson> {
  const trip = newTrip();
  const query = await provider.visit(await client.begin(trip));
  await between(query, trip);
  return client.finish({ ...trip, query });
}

/** What a rejected promise rejects with, as much of it as whoever came may see. */
export async function fault(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'none',
    (error: unknown) => {
      const { code, message } = error as { readonly code?: string; readonly message: string };
      return `${code ?? 'no code'}: ${message}`;
    },
  );
}
