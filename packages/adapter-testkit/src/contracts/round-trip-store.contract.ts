import assert from 'node:assert/strict';

import { later } from '@xzepr/core';
import type { RoundTrip } from '@xzepr/core';

import { AWKWARD_TEXTS } from '../awkward.js';
import type { BackendHarness } from '../backend-harness.js';
import type { Promises, TestRunner } from '../contract.js';
import { LATER } from '../scene-identity.js';
import type { Scene } from '../scene.js';
import { declareStorage } from './storage.contract.js';

function take({ unitOfWork }: Scene, { stateHash }: RoundTrip): Promise<RoundTrip | undefined> {
  return unitOfWork.run({}, ({ roundTrips }) => roundTrips.take(stateHash));
}

async function begin(scene: Scene, change?: Partial<RoundTrip>): Promise<RoundTrip> {
  const trip = scene.newTrip(change);
  await scene.unitOfWork.run({}, ({ roundTrips }) => roundTrips.add(trip));
  return trip;
}

/** @internal */
export const roundTripStorePromises: Promises<Scene> = {
  'gives a trip whole to whoever brings its state, and then to nobody': async (scene) => {
    const [trip, other] = [await begin(scene), await begin(scene, { returnTo: undefined })];
    assert.equal(await take(scene, scene.newTrip()), undefined);
    assert.deepEqual(await take(scene, trip), trip);
    assert.equal(await take(scene, trip), undefined);
    assert.deepEqual(await take(scene, other), other);
  },
  'keeps every text as it is': async (scene) => {
    for (const text of AWKWARD_TEXTS) {
      const trip = await begin(scene, { provider: text, nonce: text, verifier: text, returnTo: text });
      assert.deepEqual(await take(scene, trip), trip);
    }
  },
  'gives a trip to one of several who bring its state at the same time': async (scene) => {
    const trip = await begin(scene);
    const taken = await Promise.all(Array.from({ length: 6 }, () => take(scene, trip)));
    assert.deepEqual(
      taken.filter((one) => one !== undefined),
      [trip],
    );
  },
  'has a trip again that was taken by work that rejects': async (scene) => {
    const trip = await begin(scene);
    const run = scene.unitOfWork.run({}, async ({ roundTrips }) => {
      await roundTrips.take(trip.stateHash);
      throw new RangeError('taken back');
    });
    await assert.rejects(run, RangeError);
    assert.deepEqual(await take(scene, trip), trip);
  },
  'forgets trips that have expired, the first to expire first': async (scene) => {
    const trips = [];
    for (let index = 0; index < 5; index += 1) trips.unshift(await begin(scene, { expiresAt: later(LATER, -index) }));
    const forget = (): Promise<number> =>
      scene.unitOfWork.run({}, ({ roundTrips }) => roundTrips.forgetExpired(LATER, 3));
    assert.equal(await forget(), 3);
    assert.equal(await take(scene, trips[2] ?? scene.newTrip()), undefined);
    assert.deepEqual(await take(scene, trips[3] ?? scene.newTrip()), trips[3]);
    assert.equal(await forget(), 0);
    assert.deepEqual(await take(scene, trips[4] ?? scene.newTrip()), trips[4]);
  },
};

/**
 * What `RoundTripStore` promises.
 *
 * @public
 */
export function roundTripStoreContract(runner: TestRunner, open: () => Promise<BackendHarness>): void {
  declareStorage(runner, 'round trip store', open, { 'round trips': roundTripStorePromises });
}
