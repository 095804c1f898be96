import { readFileSync } from 'node:fs';

import { parse } from 'yaml';

import { LATER, SPECS } from './setting-specs.js';
import type { SettingSpec } from './setting-specs.js';
import type { Settings } from './settings.js';

/** The settings cannot be used; the message names every one that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;
type Name = keyof typeof SPECS;

const PREFIX = 'XZEPR__';
const FILE_SUFFIX = '_FILE';

/**
 * The settings: defaults, then the YAML file that `XZEPR__CONFIG` names, then the environment, where `…_FILE` names a file that
 * holds the value.
 *
 * @throws ConfigError settings are unknown or cannot be read; all of them are named, no value is
 */
export function loadConfig(environment: Environment): Settings {
  const problems: string[] = [];
  const given = new Map([
    ...fromFile(environment[`${PREFIX}CONFIG`], problems),
    ...fromEnvironment(environment, problems),
  ]);
  const withoutEffect = [...given.keys()].filter((name) => isLater(name));
  for (const name of given.keys()) {
    if (!isKnown(name) && !isLater(name)) problems.push(`${PREFIX}${name} is not a setting${suggestion(name)}`);
  }
  const values = Object.fromEntries(
    Object.entries(SPECS).map(([name, spec]) => [name, valueOf(name, spec, given.get(name), problems)]),
  ) as { readonly [N in Name]: (typeof SPECS)[N]['fallback'] };
  if (problems.length > 0) throw new ConfigError(`the settings cannot be used:\n  ${problems.join('\n  ')}`);
  return Object.freeze(settingsOf(values, withoutEffect));
}

function settingsOf(
  v: { readonly [N in Name]: (typeof SPECS)[N]['fallback'] },
  withoutEffect: readonly string[],
): Settings {
  return {
    environment: v.ENVIRONMENT,
    server: { host: v.SERVER__HOST, port: v.SERVER__PORT },
    database: {
      ...{ url: v.DATABASE__URL, path: v.DATABASE__PATH, poolSize: v.DATABASE__POOL_SIZE },
      statementTimeoutMs: v.DATABASE__STATEMENT_TIMEOUT_MS,
      lockTimeoutMs: v.DATABASE__LOCK_TIMEOUT_MS,
      connectTimeoutMs: v.DATABASE__CONNECT_TIMEOUT_MS,
      deadlineMs: v.DATABASE__DEADLINE_MS,
    },
    bootstrap: { adminKey: v.BOOTSTRAP__ADMIN_KEY },
    limits: {
      eventBytes: v.LIMITS__EVENT_BYTES,
      batchBytes: v.LIMITS__BATCH_BYTES,
      schemaBytes: v.LIMITS__SCHEMA_BYTES,
      depth: v.LIMITS__DEPTH,
      bodyTimeoutMs: v.LIMITS__BODY_TIMEOUT_MS,
    },
    docs: v.DOCS__ENABLED,
    withoutEffect: withoutEffect.map((name) => PREFIX + name),
  };
}

function valueOf(name: string, spec: SettingSpec<unknown>, given: string | undefined, problems: string[]): unknown {
  if (given === undefined) return spec.fallback;
  const parsed = spec.parse(given);
  if ('value' in parsed) return parsed.value;
  problems.push(`${PREFIX}${name} must ${parsed.must}`);
  return spec.fallback;
}

function fromEnvironment(environment: Environment, problems: string[]): readonly (readonly [string, string])[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    if (!variable.startsWith(PREFIX) || variable === `${PREFIX}CONFIG` || value === undefined) return [];
    const name = variable.slice(PREFIX.length);
    if (isKnown(name) || isLater(name) || !name.endsWith(FILE_SUFFIX)) return [[name, value] as const];
    const secret = readText(value, variable, problems);
    return secret === undefined ? [] : [[name.slice(0, -FILE_SUFFIX.length), secret.trimEnd()] as const];
  });
}

/** `database: { pool_size: 5 }` is `DATABASE__POOL_SIZE`. */
function fromFile(path: string | undefined, problems: string[]): readonly (readonly [string, string])[] {
  if (path === undefined) return [];
  const text = readText(path, `${PREFIX}CONFIG`, problems);
  if (text === undefined) return [];
  try {
    return leaves(parse(text) as unknown, []);
  } catch (error) {
    problems.push(`${PREFIX}CONFIG names a file that is not YAML: ${error instanceof Error ? error.message : ''}`);
    return [];
  }
}

function leaves(value: unknown, path: readonly string[]): readonly (readonly [string, string])[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return [[path.join('__').toUpperCase(), asText(value)]];
  return Object.entries(value).flatMap(([name, child]) => leaves(child, [...path, name]));
}

/** A leaf of YAML: text as it is, numbers and flags as they are written. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readText(path: string, variable: string, problems: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    problems.push(`${variable} names a file that cannot be read: ${error instanceof Error ? error.message : ''}`);
    return undefined;
  }
}

function isKnown(name: string): boolean {
  return Object.hasOwn(SPECS, name);
}

function isLater(name: string): boolean {
  return LATER.some((pattern) => pattern.test(name));
}

function suggestion(name: string): string {
  const nearest = Object.keys(SPECS)
    .map((known) => ({ known, distance: distance(name, known) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return nearest !== undefined && nearest.distance <= 4 ? `; did you mean ${PREFIX}${nearest.known}?` : '';
}

/** How many letters have to be put in, taken out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const [above = 0, left = 0, corner = 0] = [row[j + 1], next[j], row[j]];
      next.push(Math.min(above + 1, left + 1, corner + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
