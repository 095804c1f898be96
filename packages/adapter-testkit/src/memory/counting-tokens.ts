import { createHash } from 'node:crypto';

import { ROLES, later, parseTimestamp } from '@xzepr/core';
import type { AccessClaims, Clock, Secrets, Timestamp, TokenSigner, TokenVerifier } from '@xzepr/core';

/**
 * Tokens for tests: the same in each run, and made by anybody who tries. Those of one `issuer` are good with every other of the
 * same name, as those of two replicas are. Times are whole seconds, as in real ones.
 *
 * @public
 */
export function countingTokens(clock: Clock, issuer = 'tests'): TokenSigner & TokenVerifier {
  const sealed = (claims: string): string =>
    `test.${claims}.${createHash('sha256').update(`${issuer} ${claims}`).digest('base64url')}`;

  return {
    sign(claims) {
      const [issuedAt, expiresAt] = [cut(claims.issuedAt), cut(claims.expiresAt)];
      return sealed(Buffer.from(JSON.stringify({ ...claims, issuedAt, expiresAt })).toString('base64url'));
    },
    verify(token) {
      const claims = token.split('.', 2)[1] ?? '';
      if (sealed(claims) !== token) return undefined;
      const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as AccessClaims;
      const now = clock.now();
      if (now < said.issuedAt || said.expiresAt <= now) return undefined;
      return { ...said, roles: said.roles.filter((role) => ROLES.includes(role)) };
    },
  };
}

/**
 * Secrets for tests: 43 digits of base64url as real ones are, unlike each other, and easily guessed.
 *
 * @public
 */
export function guessableSecrets(): Secrets {
  let count = 0;
  return {
    generate() {
      count += 1;
      return String(count).padStart(43, '0');
    },
  };
}

function cut(timestamp: Timestamp): Timestamp {
  return parseTimestamp(`${timestamp.slice(0, 19)}Z`) ?? later(timestamp, 0);
}
