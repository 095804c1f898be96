import { ROLES } from '@xzepr/core';
import type { Role } from '@xzepr/core';

const NAME = /^[a-z0-9-]{1,32}$/;
const MAX_TEXT = 1_024;
const MAX_TIMEOUT_MS = 60_000;

/**
 * Every fault, each with the setting it is about before it; undefined when there is none.
 *
 * @internal
 */
export function faultsIn(faults: Readonly<Record<string, string | undefined>>): string | undefined {
  const found = Object.entries(faults).flatMap(([name, fault]) => (fault === undefined ? [] : [`${name} ${fault}`]));
  return found.length === 0 ? undefined : found.join('; ');
}

/** @internal */
export function nameFault(name: unknown): string | undefined {
  return typeof name === 'string' && NAME.test(name) ? undefined : 'must be 1 to 32 of a-z, 0-9 and -';
}

/** @internal */
export function textFault(text: unknown): string | undefined {
  return isText(text) ? undefined : `must be 1 to ${String(MAX_TEXT)} characters, not blank`;
}

/** @internal What may be left out is wrong only when it is there. */
export function ifGiven<T>(value: T | undefined, faultOf: (value: T) => string | undefined): string | undefined {
  return value === undefined ? undefined : faultOf(value);
}

/** @internal */
export function rolesFault(roles: unknown): string | undefined {
  if (!Array.isArray(roles) || roles.length === 0) return 'must be a list of at least one role';
  return unknownIn(roles, ROLES, 'role');
}

/** @internal */
export function unknownIn(values: readonly unknown[], known: readonly string[], what: string): string | undefined {
  const stranger = values.find((value) => !known.includes(value as string));
  return stranger === undefined
    ? undefined
    : `has ${quoted(stranger)}, which is no ${what}; there are ${known.join(', ')}`;
}

/** @internal */
export function timeoutFault(timeoutMs: unknown): string | undefined {
  const fits = Number.isInteger(timeoutMs) && Number(timeoutMs) >= 1 && Number(timeoutMs) <= MAX_TIMEOUT_MS;
  return fits ? undefined : `must be a whole number from 1 to ${String(MAX_TIMEOUT_MS)}`;
}

/** @internal */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= MAX_TEXT;
}

/** @internal */
export function quoted(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : `a ${typeof value}`;
}

/** @internal The members of what came from a settings file, where it is an object. */
export function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/**
 * What two of a list have in common that they must not; undefined when they are all different.
 *
 * @public
 */
export function repetitionFault(
  list: readonly { readonly name: string; readonly issuer: string }[],
  distinct: readonly ('name' | 'issuer')[],
): string | undefined {
  for (const setting of distinct) {
    const values = list.map((one) => one[setting]);
    const repeated = values.find((value, index) => values.indexOf(value) !== index);
    if (repeated !== undefined) return `${setting} ${quoted(repeated)} is given twice; each needs its own`;
  }
  return undefined;
}

/** @internal Each once, in the order of the core; what is no role is dropped. */
export function knownRoles(roles: Iterable<Role>): readonly Role[] {
  const wanted = new Set(roles);
  return ROLES.filter((role) => wanted.has(role));
}
