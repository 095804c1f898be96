import assert from 'node:assert/strict';

import { IdentityProviderRefusedError, IdentityProviderUnavailableError } from '@xzepr/core';
import type { ReturningBrowser } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { pointersOf, refusal } from '../registry/registry-scene.js';
import { ORIGIN, winnersOf } from './identity-scene.js';
import type { IdentityScene } from './identity-scene.js';
import { CALLBACK, broughtBack } from './trips.js';

function vouch({ corp, other }: IdentityScene): void {
  for (const provider of [corp, other]) provider.vouchFor({ subject: 'ada', username: 'ada', roles: ['event_viewer'] });
}

async function nobodyIsIn(scene: IdentityScene): Promise<void> {
  assert.deepEqual(await scene.audit(), []);
}

/** @internal */
export const roundTripPromises: Promises<IdentityScene> = {
  'lets in whoever the provider vouches for, and says where to go on to': async (scene) => {
    vouch(scene);
    const back = await broughtBack(scene, scene.corp, '/docs?page=2#there');
    const { tokens, returnTo } = await scene.another().finishTrip('corp', back);
    assert.equal(returnTo, '/docs?page=2#there');
    const who = await scene.principal(tokens);
    assert.deepEqual([who.kind, who.roles], ['user', ['event_viewer']]);
    const [entry] = await scene.audit('sign_in.succeeded');
    assert.deepEqual([entry?.actor, entry?.origin, entry?.detail], [who.id, ORIGIN, { by: 'corp' }]);
    assert.equal((await scene.identity.finishTrip('corp', await broughtBack(scene))).returnTo, undefined);
  },
  'sends out a state, a nonce, a verifier and a cookie that are unlike each other and every time': async (scene) => {
    const seen = new Set<string>();
    const corp = {
      ...scene.corp,
      begin: (trip: Parameters<typeof scene.corp.begin>[0]) => {
        for (const secret of [trip.state, trip.nonce, trip.verifier]) seen.add(secret);
        return scene.corp.begin(trip);
      },
    };
    const identity = scene.another({ providers: [corp] });
    for (let times = 0; times < 3; times += 1) {
      const { browser, url, maxAgeSeconds } = await identity.beginTrip('corp', CALLBACK, undefined);
      assert.equal(url.includes(browser), false);
      assert.equal(maxAgeSeconds, 600);
      seen.add(browser);
    }
    assert.equal(seen.size, 12);
  },
  'takes a state once, also when it comes twice at the same time': async (scene) => {
    vouch(scene);
    const back = await broughtBack(scene);
    const [a, b] = [scene.identity, scene.another()];
    const won = await winnersOf(
      [a, b, a].map((identity) => identity.finishTrip('corp', back)),
      'SIGN_IN_REFUSED',
    );
    assert.equal(won.length, 1);
    await refusal(scene.identity.finishTrip('corp', back), 'SIGN_IN_REFUSED');
  },
  'takes a state from the browser that began only, and then not any more': async (scene) => {
    vouch(scene);
    const other = await broughtBack(scene);
    for (const browser of [undefined, '', other.browser, 'x'.repeat(10_000)]) {
      const back = await broughtBack(scene);
      await refusal(scene.identity.finishTrip('corp', { ...back, browser }), 'SIGN_IN_REFUSED');
      await refusal(scene.identity.finishTrip('corp', back), 'SIGN_IN_REFUSED');
    }
    await nobodyIsIn(scene);
    const failed = scene.reports.filter(({ kind }) => kind === 'sign_in.failed');
    assert.equal(failed.length, 8);
  },
  'takes a state for ten minutes': async (scene) => {
    vouch(scene);
    const [early, late] = [await broughtBack(scene), await broughtBack(scene)];
    scene.clock.step(599_000);
    await scene.identity.finishTrip('corp', early);
    scene.clock.step(1_000);
    await refusal(scene.identity.finishTrip('corp', late), 'SIGN_IN_REFUSED');
  },
  'takes a state for the provider that it went to only': async (scene) => {
    vouch(scene);
    const back = await broughtBack(scene, scene.corp);
    await refusal(scene.identity.finishTrip('other', back), 'SIGN_IN_REFUSED');
    await refusal(scene.identity.finishTrip('corp', back), 'SIGN_IN_REFUSED');
    await nobodyIsIn(scene);
  },
  'takes no state that it has not given out': async (scene) => {
    vouch(scene);
    const back: ReturningBrowser = await broughtBack(scene);
    for (const state of [undefined, '', '\0', 'unknown', `${String(back.state)} `])
      await refusal(scene.identity.finishTrip('corp', { ...back, state }), 'SIGN_IN_REFUSED');
    await nobodyIsIn(scene);
  },
  'goes on to paths of this server only': async (scene) => {
    const elsewhere = [
      ...['https://evil.example', '//evil.example', '/\\evil.example', '\\\\evil.example', 'evil.example', ''],
      ...['/\t/evil.example', '/a\\b', ' /docs', '/docs\n', '/é', `/${'x'.repeat(2_000)}`, 'javascript:alert(1)'],
    ];
    for (const returnTo of elsewhere) {
      const error = await refusal(scene.identity.beginTrip('corp', CALLBACK, returnTo), 'INVALID_QUERY');
      assert.deepEqual(pointersOf(error), ['/return_to']);
    }
    for (const returnTo of ['/', '/docs', '/a//b', '/%5C%5Cevil.example', '/?next=https://evil.example']) {
      assert.equal(new URL(returnTo, 'https://xzepr.example').host, 'xzepr.example');
      await scene.identity.beginTrip('corp', CALLBACK, returnTo);
    }
  },
  'knows the providers that it was given': async (scene) => {
    for (const name of ['', 'unknown', 'CORP', '__proto__', 'x'.repeat(1_000)]) {
      await refusal(scene.identity.beginTrip(name, CALLBACK, undefined), 'NOT_FOUND');
      await refusal(scene.identity.finishTrip(name, await broughtBack(scene)), 'NOT_FOUND');
    }
  },
  'shows the errors of a provider as they are, and tells the security monitor of a refusal': async (scene) => {
    const refused = new IdentityProviderRefusedError('access_denied: not today');
    scene.corp.failWith(refused);
    const back = await broughtBack(scene);
    await assert.rejects(scene.identity.finishTrip('corp', back), (error) => error === refused);
    const [report] = scene.reports.filter(({ kind }) => kind === 'sign_in.failed');
    assert.deepEqual([report?.target, report?.origin], ['corp', ORIGIN]);
    await refusal(scene.identity.finishTrip('corp', back), 'SIGN_IN_REFUSED');
    scene.corp.failWith(new IdentityProviderUnavailableError());
    await refusal(scene.identity.finishTrip('corp', await broughtBack(scene)), 'IDENTITY_PROVIDER_UNAVAILABLE');
    await nobodyIsIn(scene);
  },
};
