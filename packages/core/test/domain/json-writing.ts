/** Answers a number from 0 to below `count`; the source of every free choice in how a JSON text is written. */
export type Choose = (count: number) => number;

/** Choices that go round and round in `numbers`. */
export function chooseFrom(numbers: readonly number[]): Choose {
  let at = 0;
  return (count) => (numbers[at++ % numbers.length] ?? 0) % count;
}

/** `value` as JSON text, with white space and escapes wherever and however `choose` wants them. */
export function writeJson(value: unknown, choose: Choose): string {
  if (typeof value === 'string') return writeString(value, choose);
  if (typeof value === 'number') return writeNumber(value, choose);
  if (Array.isArray(value))
    return `[${writeItems(
      value.map((item) => writeJson(item, choose)),
      choose,
    )}]`;
  if (typeof value === 'object' && value !== null) return writeMembers(Object.entries(value), choose);
  return JSON.stringify(value);
}

/** An object with these members in this order, also when a name comes twice. */
export function writeMembers(members: readonly (readonly [string, unknown])[], choose: Choose): string {
  const written = members.map(
    ([name, value]) => `${writeString(name, choose)}${space(choose)}:${space(choose)}${writeJson(value, choose)}`,
  );
  return `{${writeItems(written, choose)}}`;
}

export function space(choose: Choose): string {
  return ['', '', '', ' ', '\n', '\t', '\r\n', '  '][choose(8)] ?? '';
}

function writeItems(items: readonly string[], choose: Choose): string {
  if (items.length === 0) return space(choose);
  return items.map((item) => `${space(choose)}${item}${space(choose)}`).join(',');
}

function writeNumber(value: number, choose: Choose): string {
  const plain = JSON.stringify(value);
  if (plain.includes('e') || plain.includes('.')) return choose(2) === 0 ? plain : plain.replace('e', 'E');
  return `${plain}${['', '', '.0', '.000', 'e0', 'E+00', '.0e-0'][choose(7)] ?? ''}`;
}

const SHORT = new Map(
  Object.entries({
    '"': '\\"',
    '\\': '\\\\',
    '/': '\\/',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
  }),
);

function writeString(value: string, choose: Choose): string {
  return `"${value
    .split('')
    .map((unit, at) => writeUnit(value, unit, at, choose))
    .join('')}"`;
}

/** One half of a pair is escaped only together with the other, by the choice made from its place in the string. */
function writeUnit(value: string, unit: string, at: number, choose: Choose): string {
  const code = unit.charCodeAt(0);
  if (code >= 0xd800 && code <= 0xdfff) return value.length % 2 === 0 ? unit : hexEscape(code, at);
  const choice = choose(8);
  const short = SHORT.get(unit);
  if (short !== undefined && choice < 4) return short;
  return choice === 4 || code < 0x20 || unit === '"' || unit === '\\' ? hexEscape(code, choose(2)) : unit;
}

function hexEscape(code: number, letterCase: number): string {
  const digits = code.toString(16).padStart(4, '0');
  return `\\u${letterCase % 2 === 0 ? digits : digits.toUpperCase()}`;
}
