import { parseId } from './domain/ids.js';
import type { AuditId } from './domain/ids.js';
import type { AccessPolicy } from './ports/access-policy.js';
import type { AuditFilter, AuditReader, SecurityMonitor } from './ports/audit-log.js';
import type { Clock } from './ports/clock.js';
import type { Digest } from './ports/digest.js';
import type { IdentityProvider } from './ports/identity-provider.js';
import type { IdentitySignals } from './ports/identity-signals.js';
import type { Ids } from './ports/ids.js';
import type { PasswordHasher } from './ports/password-hasher.js';
import type { RateLimiter } from './ports/rate-limiter.js';
import type { RegistryReader } from './ports/registry-reader.js';
import type { Secrets, TokenSigner, TokenVerifier } from './ports/tokens.js';
import type { UnitOfWork } from './ports/unit-of-work.js';
import { makeAccess } from './use-cases/access.js';
import type { Access } from './use-cases/access.js';
import type { Authenticate } from './use-cases/authenticate.js';
import { forgetExpired } from './use-cases/identity/forget-expired.js';
import type { Identity } from './use-cases/identity/identity.js';
import { DEFAULT_TIMES } from './use-cases/identity/issue-tokens.js';
import type { TokenTimes } from './use-cases/identity/issue-tokens.js';
import { makeProviderUseCases } from './use-cases/identity/provider-sign-in.js';
import { makeSessionUseCases } from './use-cases/identity/sessions.js';
import { DEFAULT_SIGN_IN_RATES, signInLimits } from './use-cases/identity/sign-in-limits.js';
import type { SignInRates } from './use-cases/identity/sign-in-limits.js';
import { makeTokenAuthenticator } from './use-cases/identity/token-authenticator.js';
import { makeUserUseCases } from './use-cases/identity/users.js';
import { pageOf } from './use-cases/paging.js';

/**
 * What identity is made of. A registry does without: it takes principals from whoever knows them.
 *
 * @public
 */
export interface IdentityPorts {
  readonly unitOfWork: UnitOfWork;
  readonly reader: RegistryReader;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly digest: Digest;
  readonly secrets: Secrets;
  readonly passwords: PasswordHasher;
  readonly signer: TokenSigner;
  readonly verifier: TokenVerifier;
  /** Of the registry's API keys, of trusted issuers: asked in this order about what is no access token of ours. */
  readonly others?: readonly Authenticate[];
  readonly providers?: readonly IdentityProvider[];
  readonly limiter?: RateLimiter;
  readonly signals?: IdentitySignals;
  readonly policy?: AccessPolicy;
  readonly monitor?: SecurityMonitor;
  readonly times?: TokenTimes;
  readonly signInRates?: Partial<SignInRates>;
  /** Called when someone's standing has changed here, before other processes are told. */
  readonly onStandingChanged?: () => void;
}

/**
 * Who is who, on the given ports. It starts nothing and owns nothing but memory.
 *
 * @public
 */
export function createIdentity(ports: IdentityPorts): Identity {
  const { unitOfWork, clock, digest, signals, monitor } = ports;
  const reader = ports.reader.users;
  const access = makeAccess({ policy: ports.policy, monitor });
  const tokens = makeTokenAuthenticator({ verifier: ports.verifier, reader, clock, digest, signals });
  const onStandingChanged = async (): Promise<void> => {
    tokens.forget();
    ports.onStandingChanged?.();
    await signals?.send();
  };
  const limits = signInLimits(ports.limiter, { ...DEFAULT_SIGN_IN_RATES, ...ports.signInRates }, digest);
  const deps = {
    ...{ unitOfWork, reader, clock, ids: ports.ids, digest, secrets: ports.secrets, passwords: ports.passwords },
    ...{ signer: ports.signer, monitor, access, limits, onStandingChanged },
    ...{ times: { ...DEFAULT_TIMES, ...ports.times }, providers: ports.providers ?? [] },
  };
  return {
    ...makeUserUseCases(deps),
    ...makeSessionUseCases(deps),
    ...makeProviderUseCases(deps),
    authenticate: inOrder([tokens.authenticate, ...(ports.others ?? [])]),
    listAudit: makeListAudit(access, digest, ports.reader.audit),
    forgetExpired: () => forgetExpired({ unitOfWork, clock }),
  };
}

function inOrder(all: readonly Authenticate[]): Authenticate {
  return async (credential) => {
    for (const authenticate of all) {
      const principal = await authenticate(credential);
      if (principal !== undefined) return principal;
    }
    return undefined;
  };
}

function makeListAudit(access: Access, digest: Digest, reader: AuditReader): Identity['listAudit'] {
  return async (principal, filter, page = {}) => {
    await access.expect(principal, 'audit:read');
    const spec = {
      ...{ name: 'audit', filters: filterValues(filter) },
      ...{ keyOf: ({ id }: { readonly id: AuditId }) => id, parseKey: parseId<AuditId> },
    };
    return pageOf(digest, spec, page, (span) => reader.list(filter, span));
  };
}

/** In one order, whatever order the filter was written in. */
function filterValues({ kind, actor, target, address, from, to }: AuditFilter): readonly unknown[] {
  return [kind, actor, target, address, from, to];
}
