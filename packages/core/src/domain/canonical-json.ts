/** No text that `readJson` takes comes near; it stops a value that contains itself. */
const MAX_DEPTH = 1_000;

/**
 * The RFC 8785 form of a JSON value: no white space, members sorted by the UTF-16 code units of their names, numbers as
 * ECMAScript writes them. Two values that mean the same have the same form.
 *
 * @throws TypeError there is something in it that JSON cannot say (a number that is not finite, undefined, a lone surrogate,
 *   an object that is neither plain nor an array), or it is more than 1,000 levels deep
 * @public
 */
export function canonicalJson(value: unknown): string {
  return written(value, 0);
}

function written(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writtenString(value);
    case 'number':
      return writtenNumber(value);
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? 'null' : writtenContainer(value, depth);
    default:
      throw new TypeError(`JSON has no ${typeof value}; leave it out`);
  }
}

function writtenString(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('half of a surrogate pair stands alone in a string; use Unicode text');
  return JSON.stringify(value);
}

/** Minus zero becomes 0 here, as RFC 8785 wants it. */
function writtenNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON has no number ${String(value)}; use a finite one`);
  return String(value);
}

function writtenContainer(value: object, depth: number): string {
  if (depth >= MAX_DEPTH)
    throw new TypeError(`the value is more than ${String(MAX_DEPTH)} levels deep, or contains itself`);
  if (Array.isArray(value)) return `[${Array.from(value, (item: unknown) => written(item, depth + 1)).join(',')}]`;
  if (!isPlain(value)) throw new TypeError('only plain objects and arrays have a JSON form; convert it first');
  const names = Object.keys(value).sort();
  return `{${names.map((name) => writtenMember(name, value, depth)).join(',')}}`;
}

function writtenMember(name: string, holder: object, depth: number): string {
  return `${writtenString(name)}:${written((holder as Record<string, unknown>)[name], depth + 1)}`;
}

/** By what the prototype is rather than which: a value may come from another realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
