import { randomBytes } from 'node:crypto';

import type { Secrets } from '@xzepr/core';

const RANDOM_BYTES = 32;

/**
 * Secrets from the system's random numbers.
 *
 * @public
 */
export const secrets: Secrets = { generate: () => randomBytes(RANDOM_BYTES).toString('base64url') };
