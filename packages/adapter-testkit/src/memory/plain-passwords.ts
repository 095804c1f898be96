import { createHash } from 'node:crypto';

import type { PasswordHasher } from '@xzepr/core';

const COMMON = new Set(['123456', 'password', 'qwertyuiop', '1qaz2wsx', 'iloveyou', 'letmein', 'trustno1']);
const FORM = /^\$plain\$c=(\d{1,9})\$(\w+)\$([\w+/]+)$/;

/**
 * Passwords for tests: hashed at once, the same way in each run, and found out by anybody who tries. `cost` costs nothing; hashes
 * of another one are outdated. Seven passwords are common.
 *
 * @public
 */
export function plainPasswords({ cost = 1 }: { readonly cost?: number } = {}): PasswordHasher {
  let salt = 0;

  function form(password: string, usedCost: string, usedSalt: string): string {
    const digest = createHash('sha256').update(`${usedSalt} ${password}`).digest('base64').replace('=', '');
    return `$plain$c=${usedCost}$${usedSalt}$${digest}`;
  }

  return {
    hash(password) {
      salt += 1;
      return Promise.resolve(form(password, String(cost), String(salt)));
    },
    verify(password, hash) {
      const [, usedCost = '', usedSalt = ''] = FORM.exec(hash ?? '') ?? [];
      if (form(password, usedCost, usedSalt) !== hash) return Promise.resolve('differs');
      return Promise.resolve(usedCost === String(cost) ? 'fits' : 'outdated');
    },
    isCommon: (password) => COMMON.has(password.toLowerCase()),
  };
}
