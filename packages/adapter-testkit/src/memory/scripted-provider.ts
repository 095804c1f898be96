import { IdentityProviderRefusedError } from '@xzepr/core';
import type { IdentityProvider, TripOut, VouchedPerson } from '@xzepr/core';

/** @public An identity provider that vouches for whom it is told to. */
export interface ScriptedProvider extends IdentityProvider {
  /** Who comes back from now on; what is left out the provider does not say. */
  vouchFor(person: Partial<VouchedPerson> & Pick<VouchedPerson, 'subject'>): void;
  /** Every trip from now on ends in `error`. */
  failWith(error: Error): void;
  /** The query that a browser brings back for `url`, which `begin` has given. */
  queryFor(url: string): string;
}

/**
 * A provider for tests. Like a real one it knows a trip by its state, and refuses one that comes back with another nonce, verifier
 * or callback.
 *
 * @public
 */
export function scriptedProvider(name: string): ScriptedProvider {
  const trips = new Map<string, TripOut>();
  let finish = (): VouchedPerson => {
    throw new IdentityProviderRefusedError(`${name} vouches for nobody yet`);
  };
  return {
    name,
    vouchFor({ subject, username, displayName, email, roles = [] }) {
      finish = () => ({ subject, username, displayName, email, roles });
    },
    failWith(error) {
      finish = () => {
        throw error;
      };
    },
    queryFor: (url) => new URL(url).search.slice(1),
    begin(trip) {
      trips.set(trip.state, trip);
      return Promise.resolve(`https://${name}.example/authorize?state=${encodeURIComponent(trip.state)}`);
    },
    async finish({ query, ...back }) {
      const out = trips.get(back.state);
      const isSame =
        out?.nonce === back.nonce && out.verifier === back.verifier && out.callbackUrl === back.callbackUrl;
      if (!isSame || new URLSearchParams(query).get('state') !== back.state) {
        throw new IdentityProviderRefusedError(`${name} knows no such trip`);
      }
      return Promise.resolve(finish());
    },
  };
}
