import type { argon2 } from 'node:crypto';

/** @internal What a hash costs. */
export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** @internal A hash in its parts. */
export interface Argon2Hash {
  readonly cost: Argon2Cost;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

/** @internal Derives `tagLength` bytes of a password, in one of the threads that Node keeps for such work. */
export type DeriveTag = (password: string, salt: Buffer, cost: Argon2Cost, tagLength: number) => Promise<Buffer>;

/** What is beyond these is no hash of ours, and to check it would be an attack on this machine. */
const MOST: Argon2Cost = { memoryKiB: 1_048_576, passes: 64, parallelism: 64 };
const KIB_PER_LANE = 8;
const FORM = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([\w+/]{11,86})\$([\w+/]{22,86})$/;

/**
 * Argon2id as `builtin`, which is `node:crypto`, has it.
 *
 * @throws Error this Node is too old to have it
 * @internal
 */
export function argon2id(builtin: { readonly argon2?: typeof argon2 }): DeriveTag {
  const derive = builtin.argon2;
  if (derive === undefined) {
    throw new Error(`passwords are hashed with argon2id, which Node has from 24.7 on; this is ${process.version}`);
  }
  return (password, nonce, { memoryKiB: memory, passes, parallelism }, tagLength) =>
    new Promise((resolve, reject) => {
      derive('argon2id', { message: password, nonce, memory, passes, parallelism, tagLength }, (error, tag) => {
        if (error === null) resolve(tag);
        else reject(error);
      });
    });
}

/**
 * Whether argon2id can be done at this cost, and is not beyond all measure.
 *
 * @internal
 */
export function isPossible({ memoryKiB, passes, parallelism }: Argon2Cost): boolean {
  const isWithin = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  return (
    isWithin(parallelism, 1, MOST.parallelism) &&
    isWithin(passes, 1, MOST.passes) &&
    isWithin(memoryKiB, KIB_PER_LANE * parallelism, MOST.memoryKiB)
  );
}

/**
 * The hash in PHC string format: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, base64 without padding.
 *
 * @internal
 */
export function phcText({ cost: { memoryKiB, passes, parallelism }, salt, tag }: Argon2Hash): string {
  const [saltText, tagText] = [salt, tag].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${saltText}$${tagText}`;
}

/**
 * The parts of a hash that {@link phcText} wrote; undefined for any other text, and for a cost that is not possible.
 *
 * @internal
 */
export function readPhc(text: string): Argon2Hash | undefined {
  const parts = FORM.exec(text);
  if (parts === null) return undefined;
  const [, memory, passes, parallelism, salt = '', tag = ''] = parts;
  const cost = { memoryKiB: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  if (!isPossible(cost)) return undefined;
  return { cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
}
