import assert from 'node:assert/strict';

import type { ApiKeyId, EventId, GroupId, Principal, ReceiverId, Registry, Role, UserId } from '@xzepr/core';

import type { Promises } from '../contract.js';
import { SUBJECT } from '../scene.js';
import { eventInput, json, principal, refusal } from './registry-scene.js';
import type { RegistryScene } from './registry-scene.js';

const ID = '01KDVG0000ZZZZZZZZZZZZZZZZ';
const [EVENT, RECEIVER, GROUP] = [ID as EventId, ID as ReceiverId, ID as GroupId];
const [KEY, USER] = [ID as ApiKeyId, ID.replace('Z', 'Y') as UserId];
const NAMING = { name: 'n', type: 't', version: 'v', description: 'd' };
const ROLES: readonly Role[] = ['admin', 'event_manager', 'event_reporter', 'event_viewer', 'user'];

type Use = (registry: Registry, who: Principal) => Promise<unknown>;

/** Who may do what, written out by hand so that a change of the map in the core is noticed. */
const USES: Readonly<Record<string, readonly [permission: string, roles: readonly Role[], Use]>> = {
  recordEvent: [
    'event:create',
    ROLES.slice(0, 3),
    (registry, who) => registry.recordEvent(who, eventInput({ id: RECEIVER })),
  ],
  recordBatch: [
    ...(['event:create', ROLES.slice(0, 3)] as const),
    (registry, who) => registry.recordBatch(who, { events: [eventInput({ id: RECEIVER })], atomic: true }),
  ],
  getEvent: ['event:read', ROLES.slice(0, 4), (registry, who) => registry.getEvent(who, EVENT)],
  listEvents: ['event:read', ROLES.slice(0, 4), (registry, who) => registry.listEvents(who, {})],
  listTimeline: ['event:read', ROLES.slice(0, 4), (registry, who) => registry.listTimeline(who, SUBJECT)],
  getVerdict: ['event:read', ROLES.slice(0, 4), (registry, who) => registry.getVerdict(who, GROUP, SUBJECT)],
  listVerdicts: ['event:read', ROLES.slice(0, 4), (registry, who) => registry.listVerdicts(who, SUBJECT)],
  listBoard: ['event:read', ROLES.slice(0, 4), (registry, who) => registry.listBoard(who, GROUP)],
  listTransitions: ['event:read', ROLES.slice(0, 4), (registry, who) => registry.listTransitions(who, GROUP, {})],
  createReceiver: [
    ...(['receiver:create', ROLES.slice(0, 2)] as const),
    (registry, who) => registry.createReceiver(who, { ...NAMING, schema: json('{}') }),
  ],
  getReceiver: ['receiver:read', ROLES, (registry, who) => registry.getReceiver(who, RECEIVER)],
  listReceivers: ['receiver:read', ROLES, (registry, who) => registry.listReceivers(who, {})],
  listReceiverRevisions: ['receiver:read', ROLES, (registry, who) => registry.listReceiverRevisions(who, RECEIVER)],
  changeReceiver: ['receiver:update', ROLES.slice(0, 2), (registry, who) => registry.changeReceiver(who, RECEIVER, {})],
  deleteReceiver: ['receiver:delete', ROLES.slice(0, 2), (registry, who) => registry.deleteReceiver(who, RECEIVER)],
  createGroup: [
    ...(['group:create', ROLES.slice(0, 2)] as const),
    (registry, who) => registry.createGroup(who, { ...NAMING, receiverIds: [ID] }),
  ],
  getGroup: ['group:read', ROLES, (registry, who) => registry.getGroup(who, GROUP)],
  listGroups: ['group:read', ROLES, (registry, who) => registry.listGroups(who, {})],
  listGroupRevisions: ['group:read', ROLES, (registry, who) => registry.listGroupRevisions(who, GROUP)],
  changeGroup: ['group:update', ROLES.slice(0, 2), (registry, who) => registry.changeGroup(who, GROUP, {})],
  deleteGroup: ['group:delete', ROLES.slice(0, 2), (registry, who) => registry.deleteGroup(who, GROUP)],
  createApiKey: [
    ...(['api_key:create', ROLES.slice(0, 4)] as const),
    (registry, who) => registry.createApiKey({ ...who, userId: USER }, { name: 'k', roles: ['user'] }),
  ],
  createApiKeyForAnother: [
    ...(['api_key:manage', ROLES.slice(0, 1)] as const),
    (registry, who) => registry.createApiKey({ ...who, userId: USER }, { name: 'k', roles: ['user'], ownerId: ID }),
  ],
  listApiKeys: ['api_key:create', ROLES.slice(0, 4), (registry, who) => registry.listApiKeys(who)],
  revokeApiKey: ['api_key:create', ROLES.slice(0, 4), (registry, who) => registry.revokeApiKey(who, KEY)],
  rotateApiKey: ['api_key:create', ROLES.slice(0, 4), (registry, who) => registry.rotateApiKey(who, KEY, 0)],
  addMember: ['group:update', ROLES.slice(0, 2), (registry, who) => registry.addMember(who, GROUP, ID)],
  removeMember: ['group:update', ROLES.slice(0, 2), (registry, who) => registry.removeMember(who, GROUP, USER)],
  listMembers: ['group:read', ROLES, (registry, who) => registry.listMembers(who, GROUP)],
};

/** Allowed is whatever comes to anything but a refusal for want of the permission. */
async function expectAllowed(use: Promise<unknown>): Promise<void> {
  const code: unknown = await use.then(
    () => undefined,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
  assert.notEqual(code, 'PERMISSION_DENIED');
}

async function expectDenied(use: Promise<unknown>, permission: string): Promise<void> {
  const error = await refusal(use, 'PERMISSION_DENIED');
  assert.equal(error.code === 'PERMISSION_DENIED' && error.permission, permission);
}

function lets(name: string): readonly [string, (scene: RegistryScene) => Promise<void>] {
  const [permission, roles, use] = USES[name] ?? assert.fail(name);
  const who = roles.length === ROLES.length ? 'everyone with a role' : roles.join(', ');
  const check = async ({ registry, feed }: RegistryScene): Promise<void> => {
    const none: Principal = { id: 'nobody', kind: 'service', roles: [] };
    const invented: Principal = { id: 'inventor', kind: 'user', roles: ['toString' as Role] };
    for (const stranger of [none, invented]) await expectDenied(use(registry, stranger), permission);
    for (const role of ROLES) {
      if (!roles.includes(role)) await expectDenied(use(registry, principal(role)), permission);
    }
    assert.deepEqual(await feed(), []);
    for (const role of roles) await expectAllowed(use(registry, principal(role)));
    const several: Principal = { ...none, roles: ['user', ...roles.slice(-1)] };
    await expectAllowed(use(registry, several));
  };
  return [`lets ${who} ${name}`, check];
}

/** @internal */
export const permissionPromises: Promises<RegistryScene> = Object.fromEntries(Object.keys(USES).map(lets));
