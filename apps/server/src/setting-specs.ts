/** How one setting is read: its value, or what it must be. */
export interface SettingSpec<T> {
  readonly fallback: T;
  readonly parse: (text: string) => { readonly value: T } | { readonly must: string };
  readonly secret?: boolean;
}

function spec<T>(fallback: T, parse: SettingSpec<T>['parse'], secret = false): SettingSpec<T> {
  return { fallback, parse, secret };
}

function text(fallback: string): SettingSpec<string> {
  return spec(fallback, (given) => (given === '' ? { must: 'not be empty' } : { value: given }));
}

function secret(parse: SettingSpec<string | undefined>['parse']): SettingSpec<string | undefined> {
  return spec<string | undefined>(undefined, parse, true);
}

function whole(fallback: number, least: number, most: number): SettingSpec<number> {
  const must = `be a whole number from ${String(least)} to ${String(most)}`;
  return spec(fallback, (given) => {
    const value = /^\d{1,10}$/.test(given) ? Number(given) : Number.NaN;
    return value >= least && value <= most ? { value } : { must };
  });
}

function flag(fallback: boolean): SettingSpec<boolean> {
  return spec(fallback, (given) =>
    given === 'true' || given === 'false' ? { value: given === 'true' } : { must: 'be true or false' },
  );
}

function choice<T extends string>(fallback: T, ...others: readonly T[]): SettingSpec<T> {
  const choices = [fallback, ...others];
  return spec(fallback, (given) => {
    const value = choices.find((one) => one === given);
    return value === undefined ? { must: `be one of ${choices.join(', ')}` } : { value };
  });
}

function databaseUrl(given: string): { readonly value: string } | { readonly must: string } {
  return /^postgres(ql)?:\/\/./.test(given) && URL.canParse(given)
    ? { value: given }
    : { must: 'be a URL that begins with postgres://' };
}

function adminKey(given: string): { readonly value: string } | { readonly must: string } {
  return /^[\x21-\x7e]{32,200}$/.test(given) ? { value: given } : { must: 'be 32 to 200 printable ASCII characters' };
}

const MIB = 1_048_576;

/** @internal Every setting that has an effect, by its name below `XZEPR__`. */
export const SPECS = {
  ENVIRONMENT: choice<'development' | 'staging' | 'production'>('development', 'staging', 'production'),
  SERVER__HOST: text('127.0.0.1'),
  SERVER__PORT: whole(3_000, 0, 65_535),
  DATABASE__URL: secret(databaseUrl),
  DATABASE__PATH: text('./.xzepr'),
  DATABASE__POOL_SIZE: whole(10, 2, 500),
  DATABASE__STATEMENT_TIMEOUT_MS: whole(5_000, 100, 600_000),
  DATABASE__LOCK_TIMEOUT_MS: whole(1_500, 50, 600_000),
  DATABASE__CONNECT_TIMEOUT_MS: whole(1_500, 50, 600_000),
  DATABASE__DEADLINE_MS: whole(1_800, 100, 600_000),
  BOOTSTRAP__ADMIN_KEY: secret(adminKey),
  LIMITS__EVENT_BYTES: whole(MIB, 1_024, 64 * MIB),
  LIMITS__BATCH_BYTES: whole(10 * MIB, 1_024, 256 * MIB),
  LIMITS__SCHEMA_BYTES: whole(65_536, 1_024, MIB),
  LIMITS__DEPTH: whole(64, 4, 500),
  LIMITS__BODY_TIMEOUT_MS: whole(30_000, 100, 600_000),
  DOCS__ENABLED: flag(true),
} as const satisfies Readonly<Record<string, SettingSpec<unknown>>>;

/** @internal Names that are taken now and get their effect when their feature is there. */
export const LATER: readonly RegExp[] = [
  /^REDIS__URL$/,
  /^RATE_LIMIT__[A-Z0-9_]+$/,
  /^INTERNAL__(HOST|PORT)$/,
  /^KAFKA__[A-Z0-9_]+$/,
];
