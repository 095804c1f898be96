import type { Principal } from '../../domain/principal.js';
import type { Clock } from '../../ports/clock.js';
import type { Digest } from '../../ports/digest.js';
import type { IdentitySignals } from '../../ports/identity-signals.js';
import type { UserReader } from '../../ports/registry-reader.js';
import type { TokenVerifier } from '../../ports/tokens.js';
import type { Authenticate } from '../authenticate.js';
import { knownHolders } from '../known-holders.js';
import type { Holder } from '../known-holders.js';

/** @internal */
export interface TokenAuthenticatorDeps {
  readonly verifier: TokenVerifier;
  readonly reader: UserReader;
  readonly clock: Clock;
  readonly digest: Digest;
  readonly signals: IdentitySignals | undefined;
}

const MAX_TOKEN = 8_192;
/** The form of a JWT; anything else is somebody else's to know. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Knows access tokens. What a token says of roles is not what counts: the user does, as they are now.
 *
 * @internal
 */
export function makeTokenAuthenticator({ verifier, reader, clock, digest, signals }: TokenAuthenticatorDeps): {
  readonly authenticate: Authenticate;
  readonly forget: () => void;
} {
  const holders = knownHolders(signals);

  async function holderOf(token: string): Promise<Holder | undefined> {
    const claims = verifier.verify(token);
    if (claims === undefined) return undefined;
    const user = await reader.holderOf(claims);
    if (user?.enabled !== true) return undefined;
    const { tokenId: id, sessionId, expiresAt } = claims;
    const principal: Principal = {
      ...{ id: user.id, kind: 'user', roles: user.roles, userId: user.id },
      token: { id, sessionId, expiresAt },
    };
    return { principal, expiresAt };
  }

  return {
    forget: holders.forget,
    async authenticate(credential) {
      if (credential.length > MAX_TOKEN || !JWT.test(credential)) return undefined;
      const now = clock.now();
      return holders.get(digest.sha256(credential), now, () => holderOf(credential));
    },
  };
}
