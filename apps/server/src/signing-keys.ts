import { readFileSync } from 'node:fs';

import { generateKey, keyRing, unwrapKey, wrapKey } from '@xzepr/adapters-jwt';
import type { JwtAlgorithm, KeyRing, RingKey } from '@xzepr/adapters-jwt';
import { systemClock, ulidIds } from '@xzepr/adapters-node';
import { SIGNING_KEYS_CLAIM, later, parseTimestamp, securityEvent } from '@xzepr/core';
import type { AuditId, Clock, KeptSigningKey, Principal, Stores, Timestamp, UnitOfWork } from '@xzepr/core';
import { parse } from 'yaml';

import { ConfigError } from './settings/load-settings.js';
import type { Settings } from './settings/settings.js';

/** Each look is cheap: keys that stay are not parsed again. */
export const RELOAD_MS = 10_000;

/** What signing keys are made of and kept under. */
export interface SigningKeyDeps {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly tokens: Settings['tokens'];
}

/** The ring that the server signs with, kept as its source is. */
export interface ServedRing {
  readonly ring: KeyRing;
  /** Looks at the source again; whether the ring changed. */
  reload(): Promise<boolean>;
}

/** Every process has a new key before the first token of it comes: they look that much more often. */
const ANNOUNCED_MS = 60_000;

/**
 * The ring from the file that the settings name, or from the database, where the first process that comes makes the first key.
 */
export function servedRing(deps: SigningKeyDeps): ServedRing {
  const ring = keyRing({ keys: [], clock: systemClock });
  const { keysFile } = deps.tokens;
  const keys = (): Promise<readonly RingKey[]> =>
    keysFile === undefined ? keysInStore(deps) : Promise.resolve(keysInFile(keysFile));
  return { ring, reload: async () => ring.replace(await keys()) };
}

/** A list of `{ kid, algorithm, material | material_file, signs_from?, verifies_until? }`. */
function keysInFile(path: string): readonly RingKey[] {
  const list: unknown = parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(list)) throw new Error(`${path} must be a list of keys`);
  return (list as readonly Readonly<Record<string, string>>[]).map((key) => ({
    kid: key['kid'] ?? '',
    algorithm: key['algorithm'] as JwtAlgorithm,
    material: key['material'] ?? readFileSync(key['material_file'] ?? '', 'utf8'),
    ...(key['signs_from'] !== undefined && { signsFrom: timeIn(path, key, 'signs_from') }),
    ...(key['verifies_until'] !== undefined && { verifiesUntil: timeIn(path, key, 'verifies_until') }),
  }));
}

/** Times are compared as texts, so they must be in one form; one that is none would never come, or never end. */
function timeIn(path: string, key: Readonly<Record<string, string>>, name: string): Timestamp {
  const time = parseTimestamp(String(key[name]));
  if (time !== undefined) return time;
  throw new ConfigError(`${path}: ${name} of key ${String(key['kid'])} must be an RFC 3339 date-time`);
}

async function keysInStore(deps: SigningKeyDeps): Promise<readonly RingKey[]> {
  const { unitOfWork, clock, tokens } = deps;
  const there = await unitOfWork.run({}, ({ signingKeys }) => signingKeys.list());
  const kept = there.some((key) => isGood(key, clock)) ? there : await withFirst(deps);
  return kept.map((key) => ({
    kid: key.kid,
    algorithm: key.algorithm as JwtAlgorithm,
    material: unwrapped(key, tokens.wrappingKey),
    signsFrom: key.signsFrom,
    ...(key.verifiesUntil !== undefined && { verifiesUntil: key.verifiesUntil }),
  }));
}

/** Of several processes that find none, one adds its own. */
async function withFirst(deps: SigningKeyDeps): Promise<readonly KeptSigningKey[]> {
  const first = await newKey(deps, deps.clock.now());
  return deps.unitOfWork.run({ keys: [SIGNING_KEYS_CLAIM] }, async ({ signingKeys }) => {
    const there = await signingKeys.list();
    if (there.some((key) => isGood(key, deps.clock))) return there;
    await signingKeys.add(first);
    return [...there, first];
  });
}

function isGood({ verifiesUntil }: KeptSigningKey, clock: Clock): boolean {
  return verifiesUntil === undefined || verifiesUntil > clock.now();
}

/**
 * A new key that signs in a minute, when every process has it, or at once where there is none. The others stay good for as long
 * as tokens of theirs may be.
 *
 * @returns its kid
 */
export async function rotateSigningKey(deps: SigningKeyDeps, by: Principal): Promise<string> {
  const { unitOfWork, clock, tokens } = deps;
  const now = clock.now();
  const fresh = await newKey(deps, now);
  await unitOfWork.run({ keys: [SIGNING_KEYS_CLAIM] }, async ({ signingKeys, audit }) => {
    const there = (await signingKeys.list()).filter((key) => isGood(key, clock));
    const signsFrom = there.length === 0 ? now : later(now, ANNOUNCED_MS);
    const lifetimeMs = (tokens.accessSeconds + tokens.leewaySeconds) * 1_000 + ANNOUNCED_MS;
    await endAll(signingKeys, there, later(signsFrom, lifetimeMs));
    await signingKeys.add({ ...fresh, signsFrom });
    const event = securityEvent('signing_key.added', by, fresh.kid, { algorithm: fresh.algorithm });
    await audit.add([{ id: ulidIds.next() as AuditId, at: now, ...event }]);
  });
  return fresh.kid;
}

async function endAll(
  signingKeys: Stores['signingKeys'],
  keys: readonly KeptSigningKey[],
  until: Timestamp,
): Promise<void> {
  for (const { kid, verifiesUntil } of keys) if (verifiesUntil === undefined) await signingKeys.endAt(kid, until);
}

async function newKey({ tokens }: SigningKeyDeps, signsFrom: Timestamp): Promise<KeptSigningKey> {
  const { kid, algorithm, material } = await generateKey({ algorithm: tokens.algorithm });
  const secret = tokens.wrappingKey;
  const kept = secret === undefined ? material : wrapKey(material, { kid, wrappingSecret: secret });
  return { kid, algorithm, material: kept, signsFrom, verifiesUntil: undefined };
}

function unwrapped({ kid, material }: KeptSigningKey, secret: string | undefined): string {
  return secret === undefined ? material : unwrapKey(material, { kid, wrappingSecret: secret });
}
