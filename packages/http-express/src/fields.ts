import 'reflect-metadata';

import { isVerbatimJson, parseId, parseTimestamp, textFault } from '@xzepr/core';
import type { Problem, TextRule } from '@xzepr/core';
import { ValidateBy, validateSync } from 'class-validator';

/**
 * One field of a body: what is wrong with a value, undefined when nothing is, and how JSON Schema says the same.
 *
 * @internal
 */
export interface FieldRule {
  readonly fault: (value: unknown) => string | undefined;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly optional?: boolean;
  /** What the registry will say of a value without such a fault: asked when the body is refused anyway, to name everything at once. */
  readonly below?: (value: unknown) => readonly Problem[];
}

/** @internal A class whose decorated fields are what a body may hold. */
export type BodyClass<T extends object> = new () => T;

const SECRET_CHARACTERS = 4_096;
const fieldsOf = new WeakMap<object, Map<string, FieldRule>>();

/** @internal A field of a body class. */
export function Field(rule: FieldRule): PropertyDecorator {
  return (target, property) => {
    const fields = fieldsOf.get(target.constructor) ?? new Map<string, FieldRule>();
    fields.set(String(property), rule);
    fieldsOf.set(target.constructor, fields);
    const validate = (value: unknown): boolean => faultOf(rule, value) === undefined;
    const message = ({ value }: { readonly value?: unknown } = {}): string => faultOf(rule, value) ?? '';
    ValidateBy({ name: 'field', validator: { validate, defaultMessage: message } })(target, property);
  };
}

/**
 * `value` as a body of class `type`, or everything that is wrong with it. A member that the class does not have is never
 * copied, whatever it is called.
 *
 * @internal
 */
export function bodyOf<T extends object>(type: BodyClass<T>, value: unknown): T | readonly Problem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ pointer: '', detail: 'must be an object' }];
  }
  const fields = rulesOf(type);
  const names = Object.keys(value);
  const body = new type();
  const given = value as Readonly<Record<string, unknown>>;
  for (const name of names) if (fields.has(name)) (body as Record<string, unknown>)[name] = given[name];
  return isSound(fields, names, given) ? body : faultsOf(fields, names, body);
}

function faultsOf(fields: ReadonlyMap<string, FieldRule>, names: readonly string[], body: object): readonly Problem[] {
  const unknown = names.filter((name) => !fields.has(name)).map((name) => problem(name, 'is not a known field'));
  const faults = validateSync(body, {
    ...{ whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true },
    validationError: { target: false, value: false },
  });
  const own = faults.map(({ property, constraints }) => problem(property, constraints?.['field'] ?? ''));
  return [...own, ...unknown, ...problemsBelow(fields, body as Readonly<Record<string, unknown>>)];
}

function problemsBelow(
  fields: ReadonlyMap<string, FieldRule>,
  given: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  return [...fields].flatMap(([name, { below, ...rule }]) => {
    if (below === undefined || !Object.hasOwn(given, name) || faultOf(rule, given[name]) !== undefined) return [];
    return below(given[name]);
  });
}

/**
 * Whether there is nothing to say. These are the very rules that the decorators gave to class-validator, which needs ten times
 * as long to say it and is asked only what is wrong.
 */
function isSound(
  fields: ReadonlyMap<string, FieldRule>,
  names: readonly string[],
  given: Readonly<Record<string, unknown>>,
): boolean {
  if (!names.every((name) => fields.has(name))) return false;
  for (const [name, rule] of fields) {
    if (faultOf(rule, Object.hasOwn(given, name) ? given[name] : undefined) !== undefined) return false;
  }
  return true;
}

/** @internal The JSON Schema of a body class. */
export function schemaOf(type: BodyClass<object>): Readonly<Record<string, unknown>> {
  const fields = [...rulesOf(type)];
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, { schema }]) => [name, schema])),
    required: fields.filter(([, { optional }]) => optional !== true).map(([name]) => name),
    additionalProperties: false,
  };
}

/** @internal A rule whose field may be left out. */
export function optional(rule: FieldRule): FieldRule {
  return { ...rule, optional: true };
}

/** @internal */
export function text(rule: TextRule): FieldRule {
  const minLength = rule.mayBeEmpty === true ? 0 : 1;
  return {
    fault: (value) => textFault(value, rule),
    schema: { type: 'string', minLength, maxLength: rule.maxLength, ...(minLength === 1 && { pattern: '\\S' }) },
  };
}

/** @internal */
export const boolean: FieldRule = {
  fault: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  schema: { type: 'boolean' },
};

/** @internal Text of which nothing is said but that it is too long, because it may be secret. */
export const secretText: FieldRule = {
  fault: (value) =>
    typeof value === 'string' && value.length <= SECRET_CHARACTERS
      ? undefined
      : 'must be a string of reasonable length',
  schema: { type: 'string', maxLength: SECRET_CHARACTERS },
};

/** @internal */
export function whole(least: number, most: number): FieldRule {
  const fits = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  return {
    fault: (value) => (fits(value) ? undefined : `must be a whole number from ${String(least)} to ${String(most)}`),
    schema: { type: 'integer', minimum: least, maximum: most },
  };
}

/** @internal A rule whose field may be null. */
export function orNull(rule: FieldRule): FieldRule {
  return {
    fault: (value) => (value === null ? undefined : rule.fault(value)),
    schema: { anyOf: [rule.schema, { type: 'null' }] },
  };
}

/** @internal */
export const ULID_SCHEMA = { type: 'string', pattern: '^[0-7][0-9A-HJKMNP-TV-Z]{25}$' } as const;

/** @internal */
export const ulid: FieldRule = {
  fault: (value) =>
    typeof value === 'string' && parseId(value) !== undefined ? undefined : 'must be a ULID in upper case',
  schema: ULID_SCHEMA,
};

/** @internal */
export function oneOf(...values: readonly string[]): FieldRule {
  const fault = `must be ${values.join(' or ')}`;
  return { fault: (value) => (values.includes(value as string) ? undefined : fault), schema: { enum: values } };
}

/** @internal A list of strings; what is in it is the registry's to judge. */
export function strings(
  schema: Readonly<Record<string, unknown>>,
  below?: (values: readonly string[]) => readonly Problem[],
): FieldRule {
  const fits = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');
  return {
    fault: (value) => (fits(value) ? undefined : 'must be a list of strings'),
    schema: { type: 'array', ...schema },
    ...(below !== undefined && { below: (value: unknown) => below(value as readonly string[]) }),
  };
}

/** @internal */
export const timestamp: FieldRule = {
  fault: (value) =>
    typeof value === 'string' && parseTimestamp(value) !== undefined ? undefined : 'must be an RFC 3339 date-time',
  schema: { type: 'string', format: 'date-time' },
};

/** @internal Any JSON, kept as it was written. */
export const anyJson: FieldRule = {
  fault: (value) => (isVerbatimJson(value) ? undefined : 'must be JSON'),
  schema: {},
};

/** @internal A JSON Schema, kept as it was written. */
export const jsonSchema: FieldRule = {
  fault: (value) => {
    const schema = isVerbatimJson(value) ? value.value : undefined;
    const fits =
      typeof schema === 'boolean' || (typeof schema === 'object' && schema !== null && !Array.isArray(schema));
    return fits ? undefined : 'must be a JSON Schema: an object, true or false';
  },
  schema: { type: ['object', 'boolean'] },
};

function faultOf({ fault, optional: mayBeLeftOut }: FieldRule, value: unknown): string | undefined {
  if (value === undefined) return mayBeLeftOut === true ? undefined : 'is required';
  return fault(value);
}

function rulesOf(type: BodyClass<object>): ReadonlyMap<string, FieldRule> {
  const fields = fieldsOf.get(type);
  if (fields === undefined) throw new Error(`${type.name} has no fields`);
  return fields;
}

function problem(name: string, detail: string): Problem {
  const short = name.length > 256 ? `${name.slice(0, 256)}…` : name;
  return { pointer: `/${short.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`, detail };
}
