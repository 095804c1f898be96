import { readFileSync } from 'node:fs';

import { oidcProviderFault, workloadIssuerFault } from '@xzepr/adapters-oidc';
import type { OidcProviderOptions, WorkloadIssuer } from '@xzepr/adapters-oidc';

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
  const renamed = withNames(item, PROVIDER);
  if ('must' in renamed) return renamed;
  const options = renamed.value as unknown as OidcProviderOptions;
  const fault = oidcProviderFault(options);
  return fault === undefined ? { value: options } : { must: fault };
}

/** @internal One trusted issuer, as `workload: { issuers: [...] }` lists them. */
export function issuerFrom(item: unknown): Parsed<WorkloadIssuer> {
  const renamed = withNames(item, ISSUER);
  if ('must' in renamed) return renamed;
  const rules = renamed.value['rules'];
  const parsed = Array.isArray(rules) ? rules.map((rule) => withNames(rule as unknown, RULE)) : [];
  const wrong = parsed.find((rule) => 'must' in rule);
  if (wrong !== undefined) return wrong;
  const named = parsed.flatMap((rule) => ('value' in rule ? [rule.value] : []));
  const issuer = { ...renamed.value, rules: named } as unknown as WorkloadIssuer;
  const fault = workloadIssuerFault(issuer);
  return fault === undefined ? { value: issuer } : { must: fault };
}

/** The members under the names that the code has for them; `…_file` names a file that holds the value. */
function withNames(item: unknown, names: Readonly<Record<string, string>>): Parsed<Given> {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return { must: 'be a mapping' };
  const value: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(item as Given)) {
    const member = memberOf(name, given, names);
    if ('must' in member) return member;
    Object.assign(value, member.value);
  }
  return { value };
}

function memberOf(name: string, given: unknown, names: Readonly<Record<string, string>>): Parsed<Given> {
  const known = names[name];
  if (known !== undefined) return { value: { [known]: given } };
  const ofFile = name.endsWith('_file') ? names[name.slice(0, -'_file'.length)] : undefined;
  if (ofFile === undefined) return { must: `not have ${name}, which nobody knows` };
  const read = fileText(given);
  return 'must' in read ? read : { value: { [ofFile]: read.value } };
}

function fileText(path: unknown): Parsed<string> {
  try {
    return { value: readFileSync(String(path), 'utf8').trimEnd() };
  } catch (error) {
    return { must: `name a file that can be read: ${error instanceof Error ? error.message : ''}` };
  }
}
