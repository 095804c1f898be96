import assert from 'node:assert/strict';

import { createIdentity } from '@xzepr/core';
import type {
  AuditEntry,
  Identity,
  IdentityPorts,
  PasswordHasher,
  Principal,
  SecurityEvent,
  SecurityEventKind,
  TokenPair,
  User,
  UserInput,
} from '@xzepr/core';

import { ALL } from '../awkward.js';
import type { Promises } from '../contract.js';
import { countingTokens, guessableSecrets } from '../memory/counting-tokens.js';
import { countingIds, sha256Digest, steppingClock } from '../memory/deterministic.js';
import type { SteppingClock } from '../memory/deterministic.js';
import { plainPasswords } from '../memory/plain-passwords.js';
import { scriptedProvider } from '../memory/scripted-provider.js';
import type { ScriptedProvider } from '../memory/scripted-provider.js';
import type { Scene } from '../scene.js';

/** What was told to the security monitor. */
type Report = SecurityEvent & { readonly isKept: boolean };

/** @internal Identity on the store under test, and short ways to use it. */
export interface IdentityScene extends Pick<Scene, 'unitOfWork' | 'reader'> {
  readonly identity: Identity;
  readonly clock: SteppingClock;
  readonly passwords: PasswordHasher;
  readonly corp: ScriptedProvider;
  readonly other: ScriptedProvider;
  readonly reports: readonly Report[];
  /** Another one on the same store, as in another process: it reads the same tokens. */
  readonly another: (ports?: Partial<IdentityPorts>) => Identity;
  readonly user: (input?: Partial<UserInput>) => Promise<User>;
  /** Signs a user in with the password that `user` has given them. */
  readonly signIn: (user: User, identity?: Identity) => Promise<TokenPair>;
  /** Who holds an access token; undefined when it opens nothing. */
  readonly holder: (tokens: TokenPair, identity?: Identity) => Promise<Principal | undefined>;
  /** The same, when it must open something. */
  readonly principal: (tokens: TokenPair) => Promise<Principal>;
  /** Everything in the audit log, the oldest first. */
  readonly audit: (kind?: SecurityEventKind) => Promise<readonly AuditEntry[]>;
}

/** @internal Who runs everything, and is not a user of the store. */
export const ROOT: Principal = { id: 'root', kind: 'service', roles: ['admin'] };

/** @internal */
export const PASSWORD = 'correct horse battery staple';
/** @internal */
export const NEW_PASSWORD = 'another horse, another staple';

/** @internal Where requests of the tests come from. */
export const ORIGIN = { address: '192.0.2.1', requestId: 'request-1' };

function openIdentityScene({ unitOfWork, reader }: Pick<Scene, 'unitOfWork' | 'reader'>): IdentityScene {
  const [clock, ids, digest] = [steppingClock({ autoStepMs: 1 }), countingIds(), sha256Digest()];
  const [secrets, passwords, tokens] = [guessableSecrets(), plainPasswords(), countingTokens(clock)];
  const [corp, other] = [scriptedProvider('corp'), scriptedProvider('other')];
  const reports: Report[] = [];
  const monitor = { report: (event: SecurityEvent, isKept = false) => void reports.push({ ...event, isKept }) };
  const another: IdentityScene['another'] = (ports) =>
    createIdentity({
      ...{ unitOfWork, reader, clock, ids, digest, secrets, passwords, monitor },
      ...{ signer: tokens, verifier: tokens, providers: [corp, other], ...ports },
    });
  const identity = another();
  let made = 0;
  const holder: IdentityScene['holder'] = ({ accessToken }, by = identity) => by.authenticate(accessToken);
  return {
    ...{ unitOfWork, reader, identity, clock, passwords, corp, other, reports, another, holder },
    user(input) {
      made += 1;
      const whole = { username: `user-${String(made)}`, roles: ['event_viewer'], password: PASSWORD, ...input };
      return identity.createUser(ROOT, whole);
    },
    signIn: ({ username }, by = identity) => by.signIn({ username, password: PASSWORD, origin: ORIGIN }),
    principal: async (pair) => (await holder(pair)) ?? assert.fail('the access token opens nothing'),
    audit: async (kind) => (await reader.audit.list(kind === undefined ? {} : { kind }, ALL)).toReversed(),
  };
}

/** @internal The same promises, each with identity of its own on the store. */
export function onIdentity(promises: Promises<IdentityScene>): Promises<Scene> {
  const entries = Object.entries(promises).map(
    ([promise, keeps]) => [promise, (store: Scene): Promise<void> => keeps(openIdentityScene(store))] as const,
  );
  return Object.fromEntries(entries);
}

/** @internal How many of them resolved; the others must have been refused with one of `codes`. */
export async function winnersOf<T>(all: readonly Promise<T>[], ...codes: readonly string[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(all);
  return settled.flatMap((one) => {
    if (one.status === 'fulfilled') return [one.value];
    const { code } = one.reason as { readonly code?: string };
    if (code === undefined || !codes.includes(code)) throw one.reason;
    return [];
  });
}
