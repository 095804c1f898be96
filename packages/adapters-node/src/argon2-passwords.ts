import crypto from 'node:crypto';

import type { PasswordHasher } from '@xzepr/core';

import { argon2id, isPossible, phcText, readPhc } from './argon2.js';
import type { Argon2Cost, Argon2Hash } from './argon2.js';
import { isCommonPassword } from './common-passwords.js';
import { limited } from './limited.js';

/** @public What a hash costs, and how many are made at once. The defaults of the cost are what OWASP asks for at least. */
export interface Argon2PasswordsOptions {
  /** Memory that one hash takes; 19,456 KiB. */
  readonly memoryKiB?: number | undefined;
  /** How often it goes over that memory; 2. */
  readonly passes?: number | undefined;
  /** Lanes; 1. */
  readonly parallelism?: number | undefined;
  /** Hashes that are made at the same time; 2, so that half of Node's threads stay free for files and names. */
  readonly atOnce?: number | undefined;
  /** How many wait for that at most; 100, which is about a second of it. */
  readonly maxWaiting?: number | undefined;
}

const SALT_BYTES = 16;
const TAG_BYTES = 32;
const NOBODYS_SALT = Buffer.alloc(SALT_BYTES);

/**
 * Passwords by argon2id of Node's own, off the event loop. Unknown users cost as much time as known ones.
 *
 * @throws RangeError argon2id cannot be done so
 * @throws Error this Node has no argon2, which came with 24.7
 * @public
 */
export function argon2Passwords(options: Argon2PasswordsOptions = {}): PasswordHasher {
  const { memoryKiB = 19_456, passes = 2, parallelism = 1, atOnce = 2, maxWaiting = 100 } = options;
  const cost = { memoryKiB, passes, parallelism };
  refuseUnfit(cost, atOnce, maxWaiting);
  const derive = argon2id(crypto);
  const inTurn = limited(atOnce, maxWaiting);

  return {
    async hash(password) {
      const salt = crypto.randomBytes(SALT_BYTES);
      const tag = await inTurn(() => derive(normalized(password), salt, cost, TAG_BYTES));
      return phcText({ cost, salt, tag });
    },
    async verify(password, hash) {
      const kept = hash === undefined ? undefined : readPhc(hash);
      const like = kept ?? { cost, salt: NOBODYS_SALT, tag: Buffer.alloc(TAG_BYTES) };
      const tag = await inTurn(async () => {
        const derived = await derive(normalized(password), like.salt, like.cost, like.tag.length);
        const rest = restOf(cost, like.cost);
        if (rest !== undefined) await derive(password, NOBODYS_SALT, rest, TAG_BYTES);
        return derived;
      });
      if (kept === undefined || !crypto.timingSafeEqual(tag, kept.tag)) return 'differs';
      return isCurrent(kept, cost) ? 'fits' : 'outdated';
    },
    isCommon: isCommonPassword,
  };
}

/** The same password is typed in different code points on different keyboards (NIST SP 800-63B, 3.1.1.2). */
function normalized(password: string): string {
  return password.normalize('NFKC');
}

/**
 * What a hash of `before` falls short of one of `cost`, undefined when it does not: done as well, so that nobody learns by the
 * clock whose password was kept before the cost was raised, and so who exists.
 */
function restOf(cost: Argon2Cost, before: Argon2Cost): Argon2Cost | undefined {
  const { memoryKiB, parallelism } = cost;
  const missing = memoryKiB * cost.passes - before.memoryKiB * before.passes;
  if (missing <= 0) return undefined;
  const passes = Math.ceil(missing / memoryKiB);
  const rest = { memoryKiB: Math.floor(missing / passes), passes, parallelism };
  return isPossible(rest) ? rest : undefined;
}

function refuseUnfit(cost: Argon2Cost, atOnce: number, maxWaiting: number): void {
  if (!isPossible(cost)) {
    throw new RangeError('argon2id takes 1 to 64 passes, 1 to 64 lanes, and memory from 8 KiB a lane to 1 GiB');
  }
  if (!(atOnce >= 1 && maxWaiting >= 0)) throw new RangeError('atOnce must be 1 or more, maxWaiting 0 or more');
}

function isCurrent({ cost, salt, tag }: Argon2Hash, { memoryKiB, passes, parallelism }: Argon2Cost): boolean {
  const isSameCost = cost.memoryKiB === memoryKiB && cost.passes === passes && cost.parallelism === parallelism;
  return isSameCost && salt.length === SALT_BYTES && tag.length === TAG_BYTES;
}
