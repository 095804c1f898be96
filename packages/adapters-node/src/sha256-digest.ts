import { hash } from 'node:crypto';

import type { Digest } from '@xzepr/core';

/**
 * SHA-256 as OpenSSL does it.
 *
 * @public
 */
export const sha256Digest: Digest = { sha256: (text) => hash('sha256', text) };
