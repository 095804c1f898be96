import type { Role } from '@xzepr/core';

import {
  faultsIn,
  ifGiven,
  membersOf,
  nameFault,
  quoted,
  rolesFault,
  textFault,
  timeoutFault,
} from './option-faults.js';
import { urlFault } from './secure-url.js';

/** @public An OpenID Connect provider, as an operator describes it. */
export interface OidcProviderOptions {
  /** 1 to 32 of `a-z0-9-`; stands in paths and in the record of who came from where, so do not change it. */
  readonly name: string;
  /** Exactly as the provider's discovery document says it. */
  readonly issuer: string;
  readonly clientId: string;
  /** Left out for a public client, which PKCE alone protects. */
  readonly clientSecret?: string;
  /** `openid` must be among them; `openid profile email` when left out. */
  readonly scopes?: readonly string[];
  /** The claim that says what someone is, a text or a list of texts: `groups`, `realm_access.roles`, `hd`. */
  readonly roleClaim: string;
  /** What each value of that claim comes to here, compared exactly. Values that are not named come to nothing. */
  readonly roleMap: Readonly<Record<string, readonly Role[]>>;
  /** The claim to make a username of; `preferred_username`, a verified `email` or `nickname` when left out. */
  readonly usernameClaim?: string;
  /** Lets http pass to this machine itself. */
  readonly allowInsecure?: boolean;
  /** For each request to the provider; 5,000. */
  readonly timeoutMs?: number;
  /** How long its discovery document is used without asking again; an hour. */
  readonly discoveryMaxAgeMs?: number;
  /** How long it is left alone after asking it for a signing key in vain; 10,000. */
  readonly keysCoolDownMs?: number;
}

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;

/**
 * What is wrong with a provider, in words that name the setting; undefined when nothing is.
 *
 * @public
 */
export function oidcProviderFault(options: OidcProviderOptions): string | undefined {
  return faultsIn({
    name: nameFault(options.name),
    issuer: urlFault(options.issuer, options.allowInsecure === true),
    client_id: textFault(options.clientId),
    client_secret: ifGiven(options.clientSecret, textFault),
    scopes: ifGiven(options.scopes, scopesFault),
    role_claim: textFault(options.roleClaim),
    role_map: roleMapFault(options.roleMap),
    username_claim: ifGiven(options.usernameClaim, textFault),
    timeout_ms: ifGiven(options.timeoutMs, timeoutFault),
  });
}

function scopesFault(scopes: readonly string[]): string | undefined {
  const fits = Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string' && SCOPE.test(scope));
  if (!fits) return 'must be a list of texts without spaces';
  return scopes.includes('openid') ? undefined : 'must have "openid" among them';
}

function roleMapFault(roleMap: unknown): string | undefined {
  const entries = membersOf(roleMap);
  if (entries.length === 0) return 'must map at least one value to roles, or nobody gets in';
  const faults = entries.map(([value, roles]) => [`of ${quoted(value)}`, rolesFault(roles)] as const);
  return faultsIn(Object.fromEntries(faults));
}
