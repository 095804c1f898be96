import { InvalidQueryError, NAME_RULE, parseId, parseTimestamp, textFault } from '@xzepr/core';
import type { AnyId, PageRequest, Problem, Subject, Timestamp } from '@xzepr/core';

import { ULID_SCHEMA } from './fields.js';

/** @internal A query parameter: its JSON Schema, and its value or what is wrong with it. */
export interface Parameter<T> {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly parse: (text: string) => { readonly value: T } | { readonly fault: string };
}

/** @internal The parameters of a route by name. */
export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** @internal What was given of the parameters. */
export type Query<P extends Parameters> = {
  readonly [Name in keyof P]?: P[Name] extends Parameter<infer T> ? T : never;
};

/**
 * The query of a request.
 *
 * @throws InvalidQueryError a parameter is not known, given twice or cannot be read; every one that is so is named. Those that
 * are not known are passed over where there `mayBeOthers`
 * @internal
 */
export function queryOf<P extends Parameters>(search: string, parameters: P, mayBeOthers: boolean = false): Query<P> {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, text] of pairsOf(search)) {
    const pointer = `/${name.slice(0, 256)}`;
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined && mayBeOthers) continue;
    const parsed = parsedOnce(parameter, text, Object.hasOwn(values, name));
    if ('fault' in parsed) problems.push({ pointer, detail: parsed.fault });
    else values[name] = parsed.value;
  }
  if (problems.length > 0) throw new InvalidQueryError(problems);
  return values as Query<P>;
}

function parsedOnce(
  parameter: Parameter<unknown> | undefined,
  text: string,
  isThere: boolean,
): ReturnType<Parameter<unknown>['parse']> {
  if (parameter === undefined) return { fault: 'is not a known parameter' };
  return isThere ? { fault: 'is given more than once' } : parameter.parse(text);
}

/** @internal An id in a path. @throws InvalidQueryError it is not a ULID */
export function idInPath<Id extends AnyId>(text: string, name = 'id'): Id {
  const id = parseId<Id>(text);
  if (id === undefined) throw new InvalidQueryError([{ pointer: `/${name}`, detail: 'must be a ULID in upper case' }]);
  return id;
}

/** @internal */
export const textParameter: Parameter<string> = {
  schema: { type: 'string', minLength: 1, maxLength: NAME_RULE.maxLength },
  parse: (text) => {
    const fault = textFault(text, NAME_RULE);
    return fault === undefined ? { value: text } : { fault };
  },
};

/** @internal */
export const booleanParameter: Parameter<boolean> = {
  schema: { type: 'boolean' },
  parse: (text) =>
    text === 'true' || text === 'false' ? { value: text === 'true' } : { fault: 'must be true or false' },
};

/** @internal */
export const timeParameter: Parameter<Timestamp> = {
  schema: { type: 'string', format: 'date-time' },
  parse: (text) => {
    const value = parseTimestamp(text);
    return value === undefined ? { fault: 'must be an RFC 3339 date-time' } : { value };
  },
};

/** @internal */
export function idParameter<Id extends AnyId>(): Parameter<Id> {
  return {
    schema: ULID_SCHEMA,
    parse: (text) => {
      const value = parseId<Id>(text);
      return value === undefined ? { fault: 'must be a ULID in upper case' } : { value };
    },
  };
}

/** @internal */
export function choiceParameter<Choice extends string>(...choices: readonly Choice[]): Parameter<Choice> {
  return {
    schema: { enum: choices },
    parse: (text) => {
      const value = choices.find((choice) => choice === text);
      return value === undefined ? { fault: `must be ${choices.join(' or ')}` } : { value };
    },
  };
}

/** @internal What every list takes. */
export const PAGE = {
  limit: {
    schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 50 },
    parse: (text) =>
      /^[1-9]\d{0,3}$/.test(text) && Number(text) <= 1_000
        ? { value: Number(text) }
        : { fault: 'must be a whole number from 1 to 1000' },
  } satisfies Parameter<number> as Parameter<number>,
  cursor: {
    schema: { type: 'string', maxLength: 200 },
    parse: (text) => (text.length <= 200 ? { value: text } : { fault: 'is not a cursor of this list' }),
  } satisfies Parameter<string> as Parameter<string>,
};

/** @internal The five fields of a subject. */
export const SUBJECT = {
  ...{ name: textParameter, version: textParameter, release: textParameter },
  ...{ platform_id: textParameter, package: textParameter },
};

/** @internal */
export interface Paging {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** @internal */
export function pageRequest({ limit, cursor }: Paging): PageRequest {
  return { ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) };
}

/** @internal What is given of a subject. */
export function partOfSubject(query: Query<typeof SUBJECT>): Partial<Subject> {
  const { platform_id: platformId, name, version, release, package: unit } = query;
  return {
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...(release !== undefined && { release }),
    ...(platformId !== undefined && { platformId }),
    ...(unit !== undefined && { package: unit }),
  };
}

/** @internal @throws InvalidQueryError a field is missing; each is named */
export function wholeSubject(query: Query<typeof SUBJECT>): Subject {
  const missing = Object.keys(SUBJECT).filter((name) => query[name as keyof typeof SUBJECT] === undefined);
  if (missing.length > 0) {
    throw new InvalidQueryError(missing.map((name) => ({ pointer: `/${name}`, detail: 'is required' })));
  }
  return partOfSubject(query) as Subject;
}

function pairsOf(search: string): readonly (readonly [string, string])[] {
  const pairs = search.replace(/^\?/, '').split('&');
  return pairs
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [unescaped(pair), ''] : [unescaped(pair.slice(0, at)), unescaped(pair.slice(at + 1))];
    });
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new InvalidQueryError([{ pointer: '', detail: 'has an escape that is not UTF-8' }]);
  }
}
