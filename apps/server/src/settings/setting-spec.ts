/** @internal How one setting is read: its value, or what it must be. */
export interface SettingSpec<T> {
  readonly fallback: T;
  readonly parse: (text: string) => Parsed<T>;
  /** Never shown. */
  readonly secret?: boolean;
  /** Holds a list or a mapping: JSON text in a variable, as it is in a file. */
  readonly structured?: boolean;
}

/** @internal */
export type Parsed<T> = { readonly value: T } | { readonly must: string };

/** @internal */
export function text(fallback: string): SettingSpec<string> {
  return { fallback, parse: (given) => (given === '' ? { must: 'not be empty' } : { value: given }) };
}

/** @internal What has no value unless it is given. */
export function optional<T>(parse: (text: string) => Parsed<T>): SettingSpec<T | undefined> {
  return { fallback: undefined, parse };
}

/** @internal As `optional`, and never shown. */
export function secret<T>(parse: (text: string) => Parsed<T>): SettingSpec<T | undefined> {
  return { fallback: undefined, parse, secret: true };
}

/** @internal */
export function whole(fallback: number, least: number, most: number): SettingSpec<number> {
  return { fallback, parse: wholeFrom(least, most) };
}

/** @internal */
export function wholeFrom(least: number, most: number): (text: string) => Parsed<number> {
  const must = `be a whole number from ${String(least)} to ${String(most)}`;
  return (given) => {
    const value = /^\d{1,10}$/.test(given) ? Number(given) : Number.NaN;
    return value >= least && value <= most ? { value } : { must };
  };
}

/** @internal */
export function flag(fallback: boolean): SettingSpec<boolean> {
  const must = 'be true or false';
  return {
    fallback,
    parse: (given) => (given === 'true' || given === 'false' ? { value: given === 'true' } : { must }),
  };
}

/** @internal */
export function choice<T extends string>(fallback: T, ...others: readonly T[]): SettingSpec<T> {
  const choices = [fallback, ...others];
  return {
    fallback,
    parse: (given) => {
      const value = choices.find((one) => one === given);
      return value === undefined ? { must: `be one of ${choices.join(', ')}` } : { value };
    },
  };
}

/** @internal Words with commas between them. */
export function words(must: string, isOne: (word: string) => boolean): SettingSpec<readonly string[]> {
  return {
    fallback: [],
    parse: (given) => {
      const value = given
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '');
      return value.every(isOne) ? { value } : { must };
    },
  };
}

/** @internal A list of mappings, which `parse` reads one by one. Never shown: there may be a secret in each. */
export function listOf<T>(parse: (item: unknown) => Parsed<T>): SettingSpec<readonly T[]> {
  return {
    ...{ fallback: [], secret: true, structured: true },
    parse: (given) => {
      const items = parsedJson(given);
      if (!Array.isArray(items)) return { must: 'be a list' };
      const parsed = items.map((item) => parse(item as unknown));
      const faults = parsed.flatMap((one, index) => ('must' in one ? [`${String(index)}: ${one.must}`] : []));
      if (faults.length > 0) return { must: `be right in each item; ${faults.join('; ')}` };
      return { value: parsed.flatMap((one) => ('value' in one ? [one.value] : [])) };
    },
  };
}

function parsedJson(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    // The text may be a secret: that it is no list says enough.
    return undefined;
  }
}
