import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateKey, jwtTokens, keyRing } from '@xzepr/adapters-jwt';
import type { JwtAlgorithm, RingKey } from '@xzepr/adapters-jwt';
import { systemClock } from '@xzepr/adapters-node';
import type { AccessClaims, TokenSigner, TokenVerifier } from '@xzepr/core';

import type { Environment } from './server-process.js';

/** The keys of a server in a file, which the test has too: it can make any token that the server could. */
export interface TestRing {
  readonly keys: readonly RingKey[];
  readonly environment: Environment;
  /** Signs and reads as the server does; or as another one would, whose names are given. */
  readonly tokens: (scope?: { readonly issuer?: string; readonly audience?: string }) => TokenSigner & TokenVerifier;
  readonly claimsOf: (token: string) => AccessClaims;
  readonly remove: () => void;
}

const ISSUER = 'https://xzepr.test';
const AUDIENCE = 'xzepr-tests';

export async function testRing(...algorithms: readonly JwtAlgorithm[]): Promise<TestRing> {
  const keys = await Promise.all(algorithms.map((algorithm) => generateKey({ algorithm, kid: `of-${algorithm}` })));
  const folder = mkdtempSync(join(tmpdir(), 'xzepr-ring-'));
  const file = join(folder, 'ring.json');
  writeFileSync(file, JSON.stringify(keys));
  const ring = keyRing({ keys, clock: systemClock });
  const tokens: TestRing['tokens'] = ({ issuer = ISSUER, audience = AUDIENCE } = {}) =>
    jwtTokens({ ring, clock: systemClock, leewaySeconds: 30, issuer, audience });
  return {
    ...{ keys, tokens },
    environment: {
      XZEPR__TOKENS__KEYS_FILE: file,
      XZEPR__TOKENS__ISSUER: ISSUER,
      XZEPR__TOKENS__AUDIENCE: AUDIENCE,
    },
    claimsOf(token) {
      const claims = tokens().verify(token);
      if (claims === undefined) throw new Error('the server made a token that its own keys do not open');
      return claims;
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
