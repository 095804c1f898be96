import type { Permission } from '@xzepr/core';

/** What it takes: a permission, any credential that is good, or nothing at all. */
export type Takes = Permission | 'a credential' | 'nothing';

/** What each operation takes, written by hand: one that the OpenAPI document has and this has not is one that nobody thought of. */
export const TAKES: Readonly<Record<string, Takes>> = {
  getHealth: 'nothing',
  getReadiness: 'nothing',
  getLiveness: 'nothing',

  signIn: 'nothing',
  refreshTokens: 'nothing',
  beginProviderSignIn: 'nothing',
  finishProviderSignIn: 'nothing',
  signOut: 'a credential',
  whoAmI: 'a credential',
  changePassword: 'a credential',
  revokeToken: 'user:manage',

  createUser: 'user:manage',
  listUsers: 'user:manage',
  getUser: 'user:manage',
  changeUser: 'user:manage',
  disableUser: 'user:manage',
  endSessions: 'user:manage',
  listAudit: 'audit:read',

  createApiKey: 'api_key:create',
  listApiKeys: 'api_key:create',
  rotateApiKey: 'api_key:create',
  revokeApiKey: 'api_key:create',

  createReceiver: 'receiver:create',
  listReceivers: 'receiver:read',
  getReceiver: 'receiver:read',
  changeReceiver: 'receiver:update',
  deleteReceiver: 'receiver:delete',
  listReceiverRevisions: 'receiver:read',

  createGroup: 'group:create',
  listGroups: 'group:read',
  getGroup: 'group:read',
  changeGroup: 'group:update',
  deleteGroup: 'group:delete',
  listGroupRevisions: 'group:read',
  addMember: 'group:update',
  listMembers: 'group:read',
  removeMember: 'group:update',

  getVerdict: 'event:read',
  listVerdicts: 'event:read',
  listBoard: 'event:read',
  listTransitions: 'event:read',

  recordEvent: 'event:create',
  recordBatch: 'event:create',
  listEvents: 'event:read',
  getEvent: 'event:read',
  getPayload: 'event:read',
  listTimeline: 'event:read',
};

/** What a group for members only refuses to who is neither member nor owner. */
export const FOR_MEMBERS: readonly string[] = [
  ...['recordEvent', 'recordBatch', 'changeGroup', 'deleteGroup', 'addMember', 'removeMember'],
];
