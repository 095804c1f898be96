import { parseId, PERMISSIONS } from '@xzepr/core';
import type { Permission, ReceiverId, Role } from '@xzepr/core';

import {
  faultsIn,
  ifGiven,
  isText,
  membersOf,
  nameFault,
  quoted,
  rolesFault,
  textFault,
  timeoutFault,
  unknownIn,
} from './option-faults.js';
import { urlFault } from './secure-url.js';
import { SIGNATURE_ALGORITHMS } from './signature-algorithms.js';

/** @public An issuer whose tokens open something here, as an operator describes it. */
export interface WorkloadIssuer {
  /** 1 to 32 of `a-z0-9-`; stands in the id of every principal that comes of it, so do not change it. */
  readonly name: string;
  /** The `iss` of its tokens, exactly. */
  readonly issuer: string;
  /** What `aud` must have in it. Choose one that only this registry is called by, such as its own URL. */
  readonly audience: string;
  /** Where its keys are; left out, its discovery document says so. */
  readonly jwksUri?: string;
  /** `RS256` and `ES256` when left out; never one with a shared secret. */
  readonly algorithms?: readonly string[];
  /** The first that fits decides; when none does, the token opens nothing. */
  readonly rules: readonly WorkloadRule[];
  /** Refuses tokens whose `iat` is longer ago, whatever their `exp`. */
  readonly maxTokenAgeSeconds?: number;
  /** Lets http pass to this machine itself. */
  readonly allowInsecure?: boolean;
  /** For each request to the issuer; 3,000. */
  readonly timeoutMs?: number;
  /** How long it is left alone after it failed, or after it was asked for a key in vain; 10,000. */
  readonly coolDownMs?: number;
}

/** @public Who gets what. */
export interface WorkloadRule {
  /**
   * What the token must say: for each claim (a path, as in `kubernetes.io.namespace`) a pattern, or several of which one must fit.
   * `*` is one or more characters of any kind; everything else stands for itself. A claim that is a list fits when one item does.
   */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
  readonly roles: readonly Role[];
  /** When given, events may be posted to these receivers only. */
  readonly receiverIds?: readonly ReceiverId[];
  /** When given, only these of what the roles allow. */
  readonly permissions?: readonly Permission[];
}

const MAX_AGE_S = 7 * 86_400;

/**
 * What is wrong with an issuer, in words that name the setting; undefined when nothing is.
 *
 * @public
 */
export function workloadIssuerFault(options: WorkloadIssuer): string | undefined {
  const urlFaultHere = (url: string): string | undefined => urlFault(url, options.allowInsecure === true);
  return faultsIn({
    name: nameFault(options.name),
    issuer: urlFaultHere(options.issuer),
    audience: textFault(options.audience),
    jwks_uri: ifGiven(options.jwksUri, urlFaultHere),
    algorithms: ifGiven(options.algorithms, algorithmsFault),
    max_token_age_seconds: ifGiven(options.maxTokenAgeSeconds, ageFault),
    timeout_ms: ifGiven(options.timeoutMs, timeoutFault),
    rules: rulesFault(options.rules),
  });
}

function algorithmsFault(algorithms: unknown): string | undefined {
  if (!Array.isArray(algorithms) || algorithms.length === 0) return 'must be a list of at least one algorithm';
  return unknownIn(algorithms, SIGNATURE_ALGORITHMS, 'algorithm that is taken here');
}

function ageFault(seconds: unknown): string | undefined {
  const fits = Number.isInteger(seconds) && Number(seconds) >= 1 && Number(seconds) <= MAX_AGE_S;
  return fits ? undefined : `must be a whole number from 1 to ${String(MAX_AGE_S)}`;
}

function rulesFault(rules: unknown): string | undefined {
  if (!Array.isArray(rules) || rules.length === 0) return 'must be a list of at least one rule, or nobody gets in';
  const faults = rules.map((rule, index) => [`${String(index)}:`, ruleFault(rule as WorkloadRule)] as const);
  return faultsIn(Object.fromEntries(faults));
}

function ruleFault({ claims, roles, receiverIds, permissions }: WorkloadRule): string | undefined {
  return faultsIn({
    claims: claimsFault(claims),
    roles: rolesFault(roles),
    event_receiver_ids: ifGiven(receiverIds, receiversFault),
    permissions: ifGiven(permissions, permissionsFault),
  });
}

/** A rule without claims would let in everyone whom the issuer knows, which for a public one is everyone. */
function claimsFault(claims: unknown): string | undefined {
  const entries = membersOf(claims);
  if (entries.length === 0) return 'must name at least one claim, or everyone whom the issuer knows gets in';
  const faults = entries.map(([claim, patterns]) => [`of ${quoted(claim)}`, patternsFault(patterns)] as const);
  return faultsIn(Object.fromEntries(faults));
}

function patternsFault(patterns: unknown): string | undefined {
  const list: readonly unknown[] = Array.isArray(patterns) ? patterns : [patterns];
  return list.length > 0 && list.every(isText) ? undefined : 'must be a pattern, or a list of patterns, as texts';
}

function receiversFault(ids: unknown): string | undefined {
  if (!Array.isArray(ids) || ids.length === 0)
    return 'must be a list of at least one receiver id; leave it out for all';
  const wrong: unknown = ids.find((id) => typeof id !== 'string' || parseId<ReceiverId>(id) === undefined);
  return wrong === undefined ? undefined : `has ${quoted(wrong)}, which is no id of a receiver`;
}

function permissionsFault(permissions: unknown): string | undefined {
  if (!Array.isArray(permissions) || permissions.length === 0) {
    return 'must be a list of at least one permission; leave it out for all that the roles have';
  }
  return unknownIn(permissions, PERMISSIONS, 'permission');
}
