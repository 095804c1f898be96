import { repetitionFault } from '@xzepr/adapters-oidc';

import { PREFIX, suggestion } from './names.js';
import { environmentLayer, flagLayer, yamlLayer } from './layers.js';
import type { Environment, Layer } from './layers.js';
import { productionProblems } from './production-rules.js';
import type { SettingSpec } from './setting-spec.js';
import { settingsOf } from './settings.js';
import type { Settings } from './settings.js';
import { LATER, SPECS, isKnown } from './specs.js';
import type { SettingName, Values } from './specs.js';

/** The settings cannot be used; the message names every one that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** @internal The settings, and how they came to be. */
export interface LoadedSettings {
  readonly settings: Settings;
  readonly values: Values;
  /** Where each came from that is not as it is by default. */
  readonly sources: ReadonlyMap<SettingName, string>;
  /** What production would not accept. */
  readonly warnings: readonly string[];
  /** Settings that were given but whose feature is not there yet. */
  readonly withoutEffect: readonly string[];
}

/**
 * The settings: defaults, then the YAML file that `XZEPR__CONFIG` names, then the environment, where `…_FILE` names a file that
 * holds the value, then flags.
 *
 * @throws ConfigError settings are unknown, cannot be read, or must not be so in production; all are named, no secret is
 */
export function loadSettings(environment: Environment, flags: readonly string[] = []): LoadedSettings {
  const problems: string[] = [];
  const given: Layer = new Map([
    ...yamlLayer(environment[`${PREFIX}CONFIG`], problems),
    ...environmentLayer(environment, problems),
    ...flagLayer(flags, problems),
  ]);
  const withoutEffect = [...given.keys()].filter((name) => isLater(name));
  const values = valuesOf(given, problems);
  const warnings = values.ENVIRONMENT === 'development' ? [] : productionProblems(values);
  if (values.ENVIRONMENT === 'production') problems.push(...warnings);
  if (problems.length > 0) throw new ConfigError(`the settings cannot be used:\n  ${problems.join('\n  ')}`);
  return {
    ...{ settings: Object.freeze(settingsOf(values)), values, sources: sourcesOf(given), warnings },
    withoutEffect: withoutEffect.map((name) => PREFIX + name),
  };
}

function valuesOf(given: Layer, problems: string[]): Values {
  for (const [name, { from }] of given) {
    if (!isKnown(name) && !isLater(name)) problems.push(unknown(name, from));
  }
  const values = Object.fromEntries(
    Object.entries(SPECS).map(([name, spec]) => [name, valueOf(name, spec, given.get(name)?.text, problems)]),
  ) as Values;
  problems.push(...contradictions(values));
  return values;
}

/** What each setting alone is, but not beside another. */
function contradictions(values: Values): readonly string[] {
  const halfTls = (values.TLS__CERT_FILE === undefined) !== (values.TLS__KEY_FILE === undefined);
  const noWayBack = values.OIDC__PROVIDERS.length > 0 && values.SERVER__PUBLIC_URL === undefined;
  const [providers, issuers] = [
    repetitionFault(values.OIDC__PROVIDERS, ['name']),
    repetitionFault(values.WORKLOAD__ISSUERS, ['name', 'issuer']),
  ];
  return [
    ...(halfTls ? [`${PREFIX}TLS__CERT_FILE and ${PREFIX}TLS__KEY_FILE belong together`] : []),
    ...(noWayBack ? [`${PREFIX}SERVER__PUBLIC_URL must be set: identity providers send browsers back there`] : []),
    ...(providers === undefined ? [] : [`${PREFIX}OIDC__PROVIDERS: ${providers}`]),
    ...(issuers === undefined ? [] : [`${PREFIX}WORKLOAD__ISSUERS: ${issuers}`]),
  ];
}

function unknown(name: string, from: string): string {
  const where = from === PREFIX + name ? '' : ` (${from})`;
  return `${PREFIX}${name} is not a setting${where}${suggestion(name)}`;
}

function valueOf(name: string, spec: SettingSpec<unknown>, given: string | undefined, problems: string[]): unknown {
  if (given === undefined) return spec.fallback;
  const parsed = spec.parse(given);
  if ('value' in parsed) return parsed.value;
  problems.push(`${PREFIX}${name} must ${parsed.must}`);
  return spec.fallback;
}

function sourcesOf(given: Layer): ReadonlyMap<SettingName, string> {
  return new Map([...given].flatMap(([name, { from }]) => (isKnown(name) ? [[name, from] as const] : [])));
}

function isLater(name: string): boolean {
  return LATER.some((pattern) => pattern.test(name));
}
