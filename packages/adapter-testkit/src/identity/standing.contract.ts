import assert from 'node:assert/strict';

import { createRegistry } from '@xzepr/core';
import type { Identity, IdentityPorts, Role, TokenPair, User } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { countingIds, countingSecrets, memoryPayloads, sha256Digest } from '../memory/deterministic.js';
import { localSignals } from '../memory/local-signals.js';
import { principalOf } from '../registry/registry-scene.js';
import { ORIGIN, ROOT } from './identity-scene.js';
import type { IdentityScene } from './identity-scene.js';

/** What someone may do, by the roles that `identity` knows them by; undefined when their token opens nothing. */
async function rolesOf(
  scene: IdentityScene,
  pair: TokenPair,
  identity: Identity = scene.identity,
): Promise<readonly Role[] | undefined> {
  return (await scene.holder(pair, identity))?.roles;
}

function change(scene: IdentityScene, { id }: User, roles: readonly Role[], by = scene.identity): Promise<User> {
  return by.changeUser(ROOT, id, { roles });
}

/** A reader that counts how often it is asked whose a token is. */
function counting({ reader }: IdentityScene): { readonly ports: Partial<IdentityPorts>; readonly asked: () => number } {
  let asked = 0;
  const { users } = reader;
  const holderOf: typeof users.holderOf = (claims) => {
    asked += 1;
    return users.holderOf(claims);
  };
  const { events, receivers, groups, gates, reconciliations, apiKeys, audit } = reader;
  const rest = { events, receivers, groups, gates, reconciliations, apiKeys, audit };
  return { ports: { reader: { ...rest, users: { ...users, holderOf } } }, asked: () => asked };
}

/** @internal */
export const standingPromises: Promises<IdentityScene> = {
  'goes by the roles that a user has now, not by those in their token': async (scene) => {
    const user = await scene.user({ roles: ['event_viewer'] });
    const pair = await scene.signIn(user);
    assert.deepEqual(await rolesOf(scene, pair), ['event_viewer']);
    await change(scene, user, ['event_manager', 'user']);
    assert.deepEqual(await rolesOf(scene, pair), ['event_manager', 'user']);
    const next = await scene.identity.refresh(pair.refreshToken, ORIGIN);
    assert.deepEqual(await rolesOf(scene, next), ['event_manager', 'user']);
  },
  'knows at once here, and after a second elsewhere, that someone was disabled': async (scene) => {
    const [user, elsewhere] = [await scene.user(), scene.another()];
    const pair = await scene.signIn(user);
    for (const identity of [scene.identity, elsewhere]) assert.ok(await rolesOf(scene, pair, identity));
    await scene.identity.changeUser(ROOT, user.id, { enabled: false });
    assert.equal(await rolesOf(scene, pair), undefined);
    scene.clock.step(1_000);
    assert.equal(await rolesOf(scene, pair, elsewhere), undefined);
  },
  'asks the store about a token once a second': async (scene) => {
    const { ports, asked } = counting(scene);
    const identity = scene.another(ports);
    const pair = await scene.signIn(await scene.user());
    for (let times = 0; times < 3; times += 1) assert.ok(await rolesOf(scene, pair, identity));
    assert.equal(asked(), 1);
    scene.clock.step(1_000);
    assert.ok(await rolesOf(scene, pair, identity));
    assert.equal(asked(), 2);
  },
  'knows everything elsewhere at once by live signals': async (scene) => {
    const signals = localSignals();
    const [here, elsewhere] = [signals, signals].map((net) => scene.another({ signals: net.join() })) as [
      Identity,
      Identity,
    ];
    const user = await scene.user();
    const pair = await scene.signIn(user, here);
    const knows = (): Promise<readonly Role[] | undefined> => rolesOf(scene, pair, elsewhere);
    assert.deepEqual(await knows(), ['event_viewer']);
    await change(scene, user, ['user'], here);
    assert.deepEqual(await knows(), ['user']);
    await here.revokeToken(ROOT, pair.tokenId);
    assert.equal(await knows(), undefined);
    const next = await here.refresh(pair.refreshToken, ORIGIN);
    assert.ok(await rolesOf(scene, next, elsewhere));
    await here.signOut((await scene.holder(next, here)) ?? assert.fail());
    assert.equal(await rolesOf(scene, next, elsewhere), undefined);
  },
  'asks the store each time while signals are not live, and trusts itself again after': async (scene) => {
    const signals = localSignals();
    const { ports, asked } = counting(scene);
    const elsewhere = scene.another({ ...ports, signals: signals.join() });
    const user = await scene.user();
    const pair = await scene.signIn(user);
    assert.ok(await rolesOf(scene, pair, elsewhere));
    signals.interrupt();
    await change(scene, user, ['user']);
    assert.deepEqual(await rolesOf(scene, pair, elsewhere), ['user']);
    await change(scene, user, ['event_viewer']);
    assert.deepEqual(await rolesOf(scene, pair, elsewhere), ['event_viewer']);
    assert.equal(asked(), 3);
    signals.restore();
    for (let times = 0; times < 2; times += 1) assert.ok(await rolesOf(scene, pair, elsewhere));
    assert.equal(asked(), 4);
  },
  'knows at once that the owner of an API key was disabled': async (scene) => {
    const { unitOfWork, reader, clock } = scene;
    const registry = createRegistry({
      ...{ unitOfWork, reader, clock, ids: countingIds(1_000_000), digest: sha256Digest(), secrets: countingSecrets() },
      ...{ payloads: memoryPayloads(), onBackgroundError: (error) => assert.fail(String(error)) },
    });
    const onStandingChanged = (): void => {
      registry.forgetApiKeys();
    };
    const identity = scene.another({ others: [registry.authenticateApiKey], onStandingChanged });
    const user = await scene.user();
    const { key } = await registry.createApiKey(principalOf(user), { name: 'k', roles: ['user'] });
    assert.equal((await identity.authenticate(key))?.userId, user.id);
    await identity.changeUser(ROOT, user.id, { enabled: false });
    assert.equal(await identity.authenticate(key), undefined);
    await registry.close();
  },
};
