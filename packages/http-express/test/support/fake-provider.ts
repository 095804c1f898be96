import type { IdentityProvider, VouchedPerson } from '@xzepr/core';

/** A provider that vouches for whoever the test says. */
export interface FakeProvider extends IdentityProvider {
  /** Whom it vouches for next, or what it throws instead. */
  person: VouchedPerson | Error;
  /** What it throws instead of beginning. */
  down: Error | undefined;
  /** The query that each browser came back with. */
  readonly came: string[];
}

export const ADA: VouchedPerson = {
  ...{ subject: 'ada-1', username: 'ada', displayName: 'Ada', email: 'ada@acme.example' },
  roles: ['event_viewer'],
};

export function fakeProvider(name: string): FakeProvider {
  const provider: FakeProvider = {
    ...{ name, person: ADA, down: undefined, came: [] },
    async begin({ state, nonce, callbackUrl }) {
      if (provider.down !== undefined) throw provider.down;
      const query = new URLSearchParams({ state, nonce, redirect_uri: callbackUrl });
      return `https://acme.example/authorize?${query.toString()}`;
    },
    async finish({ query }) {
      provider.came.push(query);
      if (provider.person instanceof Error) throw provider.person;
      return provider.person;
    },
  };
  return provider;
}
