/**
 * Everything that a principal may be allowed to do. These very names stand in tokens, in the role map and in the checks.
 *
 * @public
 */
export const PERMISSIONS = [
  'event:create',
  'event:read',
  'receiver:create',
  'receiver:read',
  'receiver:update',
  'receiver:delete',
  'group:create',
  'group:read',
  'group:update',
  'group:delete',
  'api_key:create',
  'api_key:manage',
  'user:manage',
  'audit:read',
] as const;

/** @public One thing that may be allowed. */
export type Permission = (typeof PERMISSIONS)[number];

const READ: readonly Permission[] = ['event:read', 'receiver:read', 'group:read'];

/** @public A name for a set of permissions. */
export type Role = 'admin' | 'event_manager' | 'event_reporter' | 'event_viewer' | 'user';

/**
 * What each role may do. `event_manager` runs the registry, `event_reporter` is for tools that post, `event_viewer` reads
 * everything, `user` reads what gates and receivers there are but no evidence. `api_key:create` is for keys of one's own, which
 * open no more than their maker may; `api_key:manage` is for everyone's.
 *
 * @public
 */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  admin: PERMISSIONS,
  event_manager: [
    ...READ,
    'event:create',
    'receiver:create',
    'receiver:update',
    'receiver:delete',
    'group:create',
    'group:update',
    'group:delete',
    'api_key:create',
  ],
  event_reporter: [...READ, 'event:create', 'api_key:create'],
  event_viewer: [...READ, 'api_key:create'],
  user: ['receiver:read', 'group:read'],
};

/** @public Every role there is. */
export const ROLES: readonly Role[] = Object.keys(ROLE_PERMISSIONS) as Role[];
