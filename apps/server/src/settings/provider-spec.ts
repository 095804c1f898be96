import { readFileSync } from 'node:fs';

import { oidcProviderFault, workloadIssuerFault } from '@xzepr/adapters-oidc';
import type { OidcProviderOptions, WorkloadIssuer } from '@xzepr/adapters-oidc';

import { nearest } from './nearest.js';
import type { Parsed } from './setting-spec.js';

type Given = Readonly<Record<string, unknown>>;

const PROVIDER: Readonly<Record<string, keyof OidcProviderOptions>> = {
  ...{ name: 'name', issuer: 'issuer', client_id: 'clientId', client_secret: 'clientSecret', scopes: 'scopes' },
  ...{ role_claim: 'roleClaim', role_map: 'roleMap', username_claim: 'usernameClaim', timeout_ms: 'timeoutMs' },
  allow_insecure: 'allowInsecure',
};
const ISSUER: Readonly<Record<string, keyof WorkloadIssuer>> = {
  ...{ name: 'name', issuer: 'issuer', audience: 'audience', jwks_uri: 'jwksUri', algorithms: 'algorithms' },
  ...{ rules: 'rules', max_token_age_seconds: 'maxTokenAgeSeconds', allow_insecure: 'allowInsecure' },
};
const RULE: Readonly<Record<string, string>> = {
  ...{ claims: 'claims', roles: 'roles', event_receiver_ids: 'receiverIds', permissions: 'permissions' },
};

/** @internal One identity provider, as `oidc: { providers: [...] }` lists them. */
export function providerFrom(item: unknown): Parsed<OidcProviderOptions> {
  const { value, faults } = withNames(item, PROVIDER);
  return described(value, faults, oidcProviderFault);
}

/** @internal One trusted issuer, as `workload: { issuers: [...] }` lists them. */
export function issuerFrom(item: unknown): Parsed<WorkloadIssuer> {
  const { value, faults } = withNames(item, ISSUER);
  const { rules } = value;
  const named = Array.isArray(rules) ? rules.map((rule) => withNames(rule as unknown, RULE)) : [];
  const issuer = { ...value, rules: named.map((rule) => rule.value) };
  const ofRules = named.flatMap((rule, index) => rule.faults.map((fault) => `rules ${String(index)}: ${fault}`));
  return described(issuer, [...faults, ...ofRules], workloadIssuerFault);
}

/** What was given, as the `T` that it is once `faultOf` finds nothing: the adapter looks at every member, so nothing is believed. */
function described<T>(given: Given, faults: readonly string[], faultOf: (value: T) => string | undefined): Parsed<T> {
  const value = given as T;
  const found = [...faults, faultOf(value)].filter((fault) => fault !== undefined);
  return found.length === 0 ? { value } : { must: found.join('; ') };
}

interface Named {
  readonly value: Given;
  readonly faults: readonly string[];
}

/** The members under the names that the code has for them; `…_file` names a file that holds the value. */
function withNames(item: unknown, names: Readonly<Record<string, string>>): Named {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return { value: {}, faults: ['it is no mapping'] };
  const members = Object.entries(item as Given).map(([name, given]) => memberOf(name, given, names));
  return {
    value: Object.assign({}, ...members.map(({ value }) => value)) as Given,
    faults: members.flatMap(({ faults }) => faults),
  };
}

function memberOf(name: string, given: unknown, names: Readonly<Record<string, string>>): Named {
  const known = names[name];
  if (known !== undefined) return { value: { [known]: given }, faults: [] };
  const ofFile = name.endsWith('_file') ? names[name.slice(0, -'_file'.length)] : undefined;
  if (ofFile !== undefined) return fileMember(ofFile, name, given);
  const meant = nearest(name, Object.keys(names));
  const hint = meant === undefined ? '' : `, did you mean ${meant}?`;
  return { value: {}, faults: [`${name} is not a setting${hint}`] };
}

function fileMember(member: string, name: string, path: unknown): Named {
  try {
    return { value: { [member]: readFileSync(String(path), 'utf8').trimEnd() }, faults: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    return { value: {}, faults: [`${name} names a file that cannot be read: ${why}`] };
  }
}
