import { hash, randomBytes } from 'node:crypto';

import type { ApiKeySecrets } from '@xzepr/core';

const RANDOM_BYTES = 32;
const CHECKSUM = 8;

/**
 * Keys of the form `xzepr_<32 random bytes, base64url>_<checksum>`. The checksum, eight hexadecimal digits of the SHA-256 of
 * what is before it, lets a scanner tell a key that leaked from text that looks like one.
 *
 * @public
 */
export const apiKeySecrets: ApiKeySecrets = {
  generate() {
    const random = `xzepr_${randomBytes(RANDOM_BYTES).toString('base64url')}`;
    return `${random}_${hash('sha256', random).slice(0, CHECKSUM)}`;
  },
};
