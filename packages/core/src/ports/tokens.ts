import type { AccessClaims } from '../domain/session.js';

/** @public Makes access tokens. */
export interface TokenSigner {
  /**
   * A token that says `claims`, signed with the key that signs now. Times may be cut to whole seconds, as JWTs have them: the
   * token ends at `expiresAt` or less than a second before, never after.
   */
  sign(claims: AccessClaims): string;
}

/** @public Reads access tokens. */
export interface TokenVerifier {
  /**
   * What `token` says, when it is an access token of this registry that is good now: form, type, algorithm, key, signature,
   * issuer, audience and times. Undefined for anything else, without saying why; never throws. Roles that do not exist here are
   * left out. From `expiresAt` on no leeway makes it good, so what is kept about it, such as its revocation, may go then.
   */
  verify(token: string): AccessClaims | undefined;
}

/** @public Makes what must not be guessed. */
export interface Secrets {
  /** 256 random bits, base64url: 43 characters. */
  generate(): string;
}
