import { PREFIX } from './names.js';
import type { Values } from './specs.js';

/** What documents and examples say where a secret should be. */
const EXAMPLE =
  /example|change.?me|replace.?me|your.?(?:secret|key|password)|placeholder|(?<one>.)\k<one>{15}|0123456789|abcdefghij/i;

/**
 * What must not be so where it counts. Production refuses to start with any of it, staging says it, development does not mind.
 *
 * @internal
 */
export function productionProblems(values: Values): readonly string[] {
  return [...exampleSecrets(values), ...openDoors(values), ...notShared(values)];
}

function exampleSecrets(values: Values): readonly string[] {
  const names = ['BOOTSTRAP__ADMIN_KEY', 'TOKENS__WRAPPING_KEY'] as const;
  const examples = names.flatMap((name) =>
    EXAMPLE.test(values[name] ?? '') ? [`${PREFIX}${name} looks like an example; use a random one`] : [],
  );
  const unwrapped = values.TOKENS__WRAPPING_KEY === undefined && values.TOKENS__KEYS_FILE === undefined;
  if (!unwrapped) return examples;
  return [...examples, `${PREFIX}TOKENS__WRAPPING_KEY must be set, or the signing keys lie open in the database`];
}

function openDoors(values: Values): readonly string[] {
  const insecure = values.CORS__ORIGINS.filter((origin) => !origin.startsWith('https://'));
  const url = values.SERVER__PUBLIC_URL;
  return [
    ...insecure.map((origin) => `${PREFIX}CORS__ORIGINS has ${origin}, which is not https`),
    ...(url?.startsWith('http:') === true ? [`${PREFIX}SERVER__PUBLIC_URL must be https`] : []),
    ...(values.RATE_LIMIT__ENABLED ? [] : [`${PREFIX}RATE_LIMIT__ENABLED must not be false`]),
  ];
}

function notShared(values: Values): readonly string[] {
  const embedded = `${PREFIX}DATABASE__URL must be set: the embedded database is for trying things out`;
  const alone = `${PREFIX}REDIS__URL must be set so that replicas share their limits, or ${PREFIX}SERVER__REPLICAS be 1`;
  return [
    ...(values.DATABASE__URL === undefined ? [embedded] : []),
    ...(values.REDIS__URL === undefined && values.SERVER__REPLICAS !== 1 ? [alone] : []),
  ];
}
