import type { FinishedTrip, Identity, ReturningBrowser } from '@xzepr/core';

import type { ScriptedProvider } from '../memory/scripted-provider.js';
import { ORIGIN } from './identity-scene.js';
import type { IdentityScene } from './identity-scene.js';

/** @internal */
export const CALLBACK = 'https://xzepr.example/api/v1/auth/oidc/callback';

/** @internal What a browser brings back from a provider, in good faith. */
export async function broughtBack(
  scene: IdentityScene,
  provider: ScriptedProvider = scene.corp,
  returnTo?: string,
  identity: Identity = scene.identity,
): Promise<ReturningBrowser> {
  const { url, browser } = await identity.beginTrip(provider.name, CALLBACK, returnTo);
  const query = provider.queryFor(url);
  const state = new URLSearchParams(query).get('state') ?? undefined;
  return { callbackUrl: CALLBACK, query, state, browser, origin: ORIGIN };
}

/** @internal Signs in through a provider, which has been told whom to vouch for. */
export async function wentThrough(
  scene: IdentityScene,
  provider: ScriptedProvider = scene.corp,
  identity: Identity = scene.identity,
): Promise<FinishedTrip> {
  return identity.finishTrip(provider.name, await broughtBack(scene, provider, undefined, identity));
}
