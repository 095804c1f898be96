import { createRequire } from 'node:module';

import type { dictionary } from '@zxcvbn-ts/language-common';

/** Pieces up to this long, said again and again, are no secret: 'abcabcabcabc', 'passwordpassword'. */
const REPEATED = /^(.{1,16}?)\1+$/su;
/** What people put behind a word to make it long enough. */
const PADDING = /[^\p{Letter}]+$/u;

let common: ReadonlySet<string> | undefined;

/**
 * Whether `password` is on zxcvbn's list of common passwords, without regard to case, or is one of them made longer: repeated, or
 * with digits, signs or spaces behind it. The whole list counts, 49,000: among its first 10,000 are 25 that have twelve characters.
 * The first call reads it, about 15 ms; the server's start is spared that.
 *
 * @internal
 */
export function isCommonPassword(password: string): boolean {
  common ??= readList();
  const folded = password.toLowerCase();
  const piece = REPEATED.exec(folded);
  return piece !== null || common.has(folded) || common.has(folded.replace(PADDING, ''));
}

function readList(): ReadonlySet<string> {
  const list = createRequire(import.meta.url)('@zxcvbn-ts/language-common') as {
    readonly dictionary: typeof dictionary;
  };
  return new Set(list.dictionary['passwords-common']);
}
