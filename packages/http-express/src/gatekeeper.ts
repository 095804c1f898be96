import type { Authenticate, Principal } from '@xzepr/core';
import type { Request, Response } from 'express';

import { principalOf } from './authentication.js';
import { addressOf } from './client-address.js';
import { HttpError } from './http-error.js';
import type { Spending } from './rate-limits.js';
import { requestIdOf } from './request-id.js';

/** @internal Who may ask, and how often. */
export interface Gatekeeper {
  /** Who holds the credential, who has spent nothing yet. @throws HttpError nobody */
  principal(request: Request, response: Response): Promise<Principal>;
  /** Spends the point of a request. @throws HttpError they ask too often */
  admit(principal: Principal, response: Response): Promise<void>;
  /** For what needs no credential: nobody in particular. @throws HttpError too often from that address */
  stranger(request: Request, response: Response): Promise<Principal>;
}

/** @internal */
export function gatekeeper(authenticate: Authenticate, spending: Spending | undefined): Gatekeeper {
  /** Credentials that open nothing are counted by address: whoever guesses them is slowed down. */
  async function known(request: Request, response: Response): Promise<Principal> {
    try {
      return await principalOf(request, authenticate);
    } catch (error) {
      if (error instanceof HttpError) await spending?.spendAnonymous(addressOf(request), response);
      throw error;
    }
  }

  return {
    async principal(request, response) {
      return { ...(await known(request, response)), origin: originOf(request, response) };
    },
    async admit(principal, response) {
      await spending?.spend(principal, response);
    },
    async stranger(request, response) {
      await spending?.spendAnonymous(addressOf(request), response);
      return { id: 'nobody', kind: 'service', roles: [], origin: originOf(request, response) };
    },
  };
}

function originOf(request: Request, response: Response): NonNullable<Principal['origin']> {
  return { address: addressOf(request), requestId: requestIdOf(response) };
}
