import { createRequire } from 'node:module';

import type { dictionary } from '@zxcvbn-ts/language-common';

/** The list is sorted, the commonest first. */
const COMMONEST = 10_000;

let common: ReadonlySet<string> | undefined;

/**
 * Whether `password` is one of the 10,000 commonest of zxcvbn's list, without regard to case. The first call reads the list, about
 * 15 ms; the server's start is spared that.
 *
 * @internal
 */
export function isCommonPassword(password: string): boolean {
  common ??= readList();
  return common.has(password.toLowerCase());
}

function readList(): ReadonlySet<string> {
  const list = createRequire(import.meta.url)('@zxcvbn-ts/language-common') as {
    readonly dictionary: typeof dictionary;
  };
  return new Set(list.dictionary['passwords-common'].slice(0, COMMONEST));
}
