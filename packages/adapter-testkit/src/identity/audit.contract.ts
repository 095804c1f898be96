import assert from 'node:assert/strict';

import type { AuditEntry, Identity, Principal, TokenPair, UnitOfWork, User } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { refusal } from '../registry/registry-scene.js';
import { NEW_PASSWORD, ORIGIN, PASSWORD, ROOT } from './identity-scene.js';
import type { IdentityScene } from './identity-scene.js';
import { broughtBack } from './trips.js';

class NoAudit extends Error {}

/** A store whose audit log takes nothing. */
function withoutAudit({ unitOfWork }: IdentityScene): UnitOfWork {
  return {
    run: (scope, work) =>
      unitOfWork.run(scope, (stores) => work({ ...stores, audit: { add: () => Promise.reject(new NoAudit()) } })),
  };
}

interface Stage {
  readonly user: User;
  readonly who: Principal;
  readonly pair: TokenPair;
  readonly used: TokenPair;
}

/** Everything that is kept in the audit log where it happens. */
const HAPPENINGS: Readonly<
  Record<string, (identity: Identity, stage: Stage, scene: IdentityScene) => Promise<unknown>>
> = {
  'a user is made': (identity) => identity.createUser(ROOT, { username: 'new', roles: ['user'], password: PASSWORD }),
  'a user is changed': (identity, { user }) => identity.changeUser(ROOT, user.id, { displayName: 'Another' }),
  'a user is disabled': (identity, { user }) => identity.changeUser(ROOT, user.id, { enabled: false }),
  'a password is set': (identity, { user }) => identity.changeUser(ROOT, user.id, { password: NEW_PASSWORD }),
  'a password is changed': (identity, { who }) => identity.changePassword(who, PASSWORD, NEW_PASSWORD),
  'someone signs in': (identity, { user: { username } }) =>
    identity.signIn({ username, password: PASSWORD, origin: ORIGIN }),
  'someone signs out': (identity, { who }) => identity.signOut(who),
  'sessions are ended': (identity, { user }) => identity.endSessions(ROOT, user.id),
  'a token is revoked': (identity, { pair }) => identity.revokeToken(ROOT, pair.tokenId),
  'a used token comes back': (identity, { used }) => identity.refresh(used.refreshToken, ORIGIN),
  'someone comes from a provider': async (identity, _stage, scene) => {
    scene.corp.vouchFor({ subject: 's', username: 'vouched', roles: ['user'] });
    return identity.finishTrip('corp', await broughtBack(scene));
  },
};

async function stageOf(scene: IdentityScene): Promise<Stage> {
  const user = await scene.user();
  const used = await scene.signIn(user);
  const pair = await scene.identity.refresh(used.refreshToken, ORIGIN);
  return { user, used, pair, who: await scene.principal(pair) };
}

/** @internal */
export const auditPromises: Promises<IdentityScene> = {
  'keeps nothing of what its audit log cannot keep, and tells nobody that it was kept': async (scene) => {
    const stage = await stageOf(scene);
    const { user, pair } = stage;
    const broken = scene.another({ unitOfWork: withoutAudit(scene) });
    const kept = await scene.audit();
    const reported = scene.reports.length;
    for (const [what, happen] of Object.entries(HAPPENINGS)) {
      await assert.rejects(happen(broken, stage, scene), NoAudit, what);
      assert.deepEqual(await scene.audit(), kept, what);
      assert.deepEqual((await scene.identity.listUsers(ROOT, {})).items, [user], what);
      assert.ok(await scene.holder(pair, scene.another()), what);
    }
    assert.deepEqual(scene.reports.slice(reported), []);
    await scene.identity.refresh(pair.refreshToken, ORIGIN);
    await scene.signIn(user);
  },
  'keeps one entry of each thing that happens, and tells the security monitor of it': async (scene) => {
    for (const [what, happen] of Object.entries(HAPPENINGS)) {
      const stage = await stageOf(scene);
      const before = await scene.audit();
      const reported = scene.reports.length;
      await happen(scene.identity, stage, scene).catch((error: unknown) =>
        refusal(Promise.reject(error as Error), 'SIGN_IN_REFUSED'),
      );
      const entries = (await scene.audit()).slice(before.length);
      assert.ok(entries.length === 1 || what === 'someone comes from a provider', what);
      const told = scene.reports.slice(reported).filter(({ isKept }) => isKept);
      assert.deepEqual(
        told.map(({ kind, target }) => [kind, target]),
        entries.map(({ kind, target }) => [kind, target]),
        what,
      );
      for (const { id } of (await scene.identity.listUsers(ROOT, { username: 'new' })).items)
        await scene.identity.changeUser(ROOT, id, { displayName: 'New' });
    }
  },
  'lists what happened for administrators, newest first, page by page': async (scene) => {
    const users = [await scene.user(), await scene.user(), await scene.user()];
    await scene.signIn(users[0] ?? assert.fail());
    const newestFirst = (await scene.audit()).toReversed();
    const page = await scene.identity.listAudit(ROOT, {}, { limit: 3 });
    const cursor = page.next ?? assert.fail('there is more');
    const rest = await scene.identity.listAudit(ROOT, {}, { cursor });
    assert.deepEqual([...page.items, ...rest.items], newestFirst);
    assert.equal(rest.next, null);
    const other = scene.identity.listAudit(ROOT, { kind: 'user.created' }, { cursor });
    await refusal(other, 'INVALID_CURSOR');
  },
  'lists what fits everything that is asked for': async (scene) => {
    const user = await scene.user();
    await scene.signIn(user);
    const list = async (filter: object): Promise<readonly AuditEntry[]> =>
      (await scene.identity.listAudit(ROOT, filter)).items;
    const [made, entered] = await scene.audit();
    assert.deepEqual(await list({ actor: ROOT.id }), [made]);
    assert.deepEqual(await list({ actor: user.id, address: ORIGIN.address }), [entered]);
    assert.deepEqual(await list({ kind: 'user.created', target: user.id }), [made]);
    assert.deepEqual(await list({ from: entered?.at }), [entered]);
    assert.deepEqual(await list({ to: entered?.at, kind: 'sign_in.succeeded' }), []);
  },
};
