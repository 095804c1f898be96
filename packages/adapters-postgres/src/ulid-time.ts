const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHARACTERS = 10;
const BITS = 5;
const LAST_MS = 2 ** 48 - 1;

/**
 * The milliseconds since 1970 that a ULID begins with.
 *
 * @internal
 */
export function ulidMs(ulid: string): number {
  return Array.from(ulid.slice(0, CHARACTERS)).reduce((ms, digit) => ms * DIGITS.length + DIGITS.indexOf(digit), 0);
}

/**
 * An SQL expression for what ULIDs of a moment begin with; `ms` is one for its milliseconds, of type bigint. Moments that no ULID
 * can tell come to the nearest that one can.
 *
 * @internal
 */
export function ulidPrefix(ms: string): string {
  const digits = Array.from({ length: CHARACTERS }, (_, index) => {
    const shift = String(BITS * (CHARACTERS - 1 - index));
    return `substr('${DIGITS}', ((ms >> ${shift}) & 31)::integer + 1, 1)`;
  });
  return `(select ${digits.join(' || ')} from (select least(greatest(${ms}, 0), ${String(LAST_MS)}) as ms) moment)`;
}
