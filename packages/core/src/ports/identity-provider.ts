import type { Role } from '../domain/permission.js';

/**
 * An OpenID Connect provider that people may sign in through.
 *
 * @public
 */
export interface IdentityProvider {
  /** 1 to 32 of `a-z0-9-`; stands in paths. */
  readonly name: string;
  /** Where to send the browser. @throws IdentityProviderUnavailableError the provider does not answer */
  begin(trip: TripOut): Promise<string>;
  /**
   * Who came back. Checks state, nonce, issuer, audience, signature and times.
   *
   * @throws IdentityProviderRefusedError the provider refused, or what it said does not hold; the message may be shown
   * @throws IdentityProviderUnavailableError the provider does not answer
   */
  finish(trip: TripBack): Promise<VouchedPerson>;
}

/** @public */
export interface TripOut {
  readonly state: string;
  readonly nonce: string;
  /** The PKCE code verifier; only its SHA-256 goes out. */
  readonly verifier: string;
  /** The absolute URL of the callback. */
  readonly callbackUrl: string;
}

/** @public */
export interface TripBack extends TripOut {
  /** The query that the browser brought to the callback, without the question mark. */
  readonly query: string;
}

/** @public A person as a provider vouches for them. */
export interface VouchedPerson {
  /** `sub`: 1 to 255 characters. */
  readonly subject: string;
  /** What to call them here if they are new, where the provider says something that can be a username. */
  readonly username: string | undefined;
  readonly displayName: string | undefined;
  /** Only when the provider says that it is verified. */
  readonly email: string | undefined;
  /** What its groups come to here; empty when nothing maps. */
  readonly roles: readonly Role[];
}
