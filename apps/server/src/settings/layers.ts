import { readFileSync } from 'node:fs';

import { parse, YAMLError } from 'yaml';

import { PREFIX } from './names.js';
import { SPECS, isKnown } from './specs.js';

/** A setting as it was given, and where. */
interface Given {
  readonly text: string;
  /** The file, the variable or the flag. */
  readonly from: string;
}

/** @internal What one place gives, by name below the prefix. */
export type Layer = ReadonlyMap<string, Given>;

/** @internal */
export type Environment = Readonly<Record<string, string | undefined>>;

const FILE_SUFFIX = '_FILE';

/** @internal `database: { pool_size: 5 }` is `DATABASE__POOL_SIZE`; a name that ends in `_file` names a file with the value. */
export function yamlLayer(path: string | undefined, problems: string[]): Layer {
  const text = path === undefined ? undefined : readText(path, `${PREFIX}CONFIG`, problems);
  if (path === undefined || text === undefined) return new Map();
  try {
    return resolved(
      leaves(parse(text, { logLevel: 'error' }) as unknown, []).map(([name, value]) => [
        name,
        { text: value, from: path },
      ]),
      problems,
    );
  } catch (error) {
    problems.push(`${PREFIX}CONFIG names a file that is not YAML${placeOf(error)}`);
    return new Map();
  }
}

/** The parser's own words quote the line, which may hold a secret. */
function placeOf(error: unknown): string {
  if (!(error instanceof YAMLError)) return '';
  const [start] = error.linePos ?? [];
  return start === undefined ? `: ${error.code}` : `: ${error.code} at line ${start.line}, column ${start.col}`;
}

/** @internal `XZEPR__…`; where a setting and its `…_FILE` are both given, the file counts. */
export function environmentLayer(environment: Environment, problems: string[]): Layer {
  const given = Object.entries(environment).flatMap(([variable, text]): (readonly [string, Given])[] =>
    variable.startsWith(PREFIX) && variable !== `${PREFIX}CONFIG` && text !== undefined
      ? [[variable.slice(PREFIX.length), { text, from: variable }]]
      : [],
  );
  return resolved(given, problems);
}

/**
 * `--server.port=8080` or `--server.port 8080` is `SERVER__PORT`. Secrets are not taken: every process of the machine can read
 * what another was started with.
 *
 * @internal
 */
export function flagLayer(flags: readonly string[], problems: string[]): Layer {
  const given = new Map<string, Given>();
  for (const { flag, name, text } of pairsOf(flags)) {
    if (name === undefined) problems.push(`${flag} is not a flag; write --server.port=8080`);
    else if (isKnown(name) && (SPECS[name] as { secret?: boolean }).secret === true)
      problems.push(`${flag} is a secret; give it as ${PREFIX}${name} or ${PREFIX}${name}${FILE_SUFFIX}`);
    else given.set(name, { text, from: flag });
  }
  return given;
}

interface Flag {
  readonly flag: string;
  /** Undefined when it is none. */
  readonly name: string | undefined;
  readonly text: string;
}

function pairsOf(flags: readonly string[]): readonly Flag[] {
  const pairs: Flag[] = [];
  for (let index = 0; index < flags.length; index += 1) {
    const arg = flags[index] ?? '';
    const at = arg.indexOf('=');
    const flag = at < 0 ? arg : arg.slice(0, at);
    const name = nameOf(flag);
    if (at < 0 && name !== undefined) index += 1;
    pairs.push({ flag, name, text: at < 0 ? (flags[index] ?? '') : arg.slice(at + 1) });
  }
  return pairs;
}

function nameOf(flag: string): string | undefined {
  if (!/^--[a-z][a-z0-9._-]*$/.test(flag)) return undefined;
  return flag.slice(2).replaceAll('.', '__').replaceAll('-', '_').toUpperCase();
}

/** Puts what files hold in the place of their names. */
function resolved(given: readonly (readonly [string, Given])[], problems: string[]): Layer {
  const isFile = (name: string): boolean => !isKnown(name) && name.endsWith(FILE_SUFFIX);
  const layer = new Map(given.filter(([name]) => !isFile(name)));
  for (const [name, { text, from }] of given.filter(([one]) => isFile(one))) {
    const secret = readText(text, from, problems);
    if (secret !== undefined)
      layer.set(name.slice(0, -FILE_SUFFIX.length), { text: secret.trimEnd(), from: `${from} (${text})` });
  }
  return layer;
}

function leaves(value: unknown, path: readonly string[]): readonly (readonly [string, string])[] {
  if (value === null || value === undefined) return [];
  const name = path.join('__').toUpperCase();
  const isStructured = isKnown(name) && (SPECS[name] as { structured?: boolean }).structured === true;
  if (isStructured) return [[name, JSON.stringify(value)]];
  if (Array.isArray(value)) return [[name, value.map(asText).join(',')]];
  if (typeof value !== 'object') return [[name, asText(value)]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

/** A leaf of YAML: text as it is, numbers and flags as they are written. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readText(path: string, from: string, problems: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    problems.push(`${from} names a file that cannot be read: ${error instanceof Error ? error.message : ''}`);
    return undefined;
  }
}
