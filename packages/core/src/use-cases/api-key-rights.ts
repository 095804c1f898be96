import type { ApiKey } from '../domain/api-key.js';
import { ROLES, PERMISSIONS, ROLE_PERMISSIONS } from '../domain/permission.js';
import type { Permission, Role } from '../domain/permission.js';
import { grantedTo } from '../domain/principal.js';
import type { Principal } from '../domain/principal.js';
import type { Problem } from '../domain/problem.js';
import type { Timestamp } from '../domain/timestamp.js';

/** @internal What a key is asked to open. */
export interface WantedRights {
  readonly roles: readonly string[];
  readonly permissions?: readonly string[] | undefined;
  readonly receiverIds?: readonly string[] | undefined;
}

const MAX_RECEIVERS = 100;

/**
 * What is wrong with the rights that `maker` wants to give to a key: names that do not exist, and anything wider than the maker's
 * own rights.
 *
 * @internal
 */
export function rightsProblems(maker: Principal, wanted: WantedRights): readonly Problem[] {
  return [...roleProblems(maker, wanted), ...permissionProblems(maker, wanted), ...receiverProblems(maker, wanted)];
}

/**
 * What is wrong with a list of roles.
 *
 * @internal
 */
export function rolesProblems(roles: readonly string[]): readonly Problem[] {
  if (roles.length === 0) return [{ pointer: '/roles', detail: 'must name at least one role' }];
  return namesProblems('/roles', roles, ROLES);
}

/**
 * Something that the key opens and `holder` may not do, undefined when there is nothing. Owners who show no key may do all that
 * their keys open.
 *
 * @internal
 */
export function beyond(holder: Principal, key: ApiKey): Permission | undefined {
  const outlives = endsLater(holder, key.expiresAt);
  if (!outlives && isWholeOwner(holder, key)) return undefined;
  const { id, roles, permissions } = key;
  const opened = grantedTo({ id, kind: 'api_key', roles, ...(permissions !== undefined && { permissions }) });
  const granted = grantedTo(holder);
  const mayPost = granted.includes('event:create') && reaches(holder, key);
  return opened.find(
    (permission) => outlives || (permission === 'event:create' ? !mayPost : !granted.includes(permission)),
  );
}

function isWholeOwner({ userId, permissions, receiverIds }: Principal, { ownerId }: ApiKey): boolean {
  return userId !== undefined && userId === ownerId && permissions === undefined && receiverIds === undefined;
}

/**
 * Whether a key that ends at `expiresAt`, or never, would go on opening something when `maker` does not any more.
 *
 * @internal
 */
export function endsLater({ endsAt }: Principal, expiresAt: Timestamp | undefined): boolean {
  return endsAt !== undefined && (expiresAt === undefined || expiresAt > endsAt);
}

/** Whether the holder may post to every receiver that the key may post to. */
function reaches(holder: Principal, key: ApiKey): boolean {
  if (holder.receiverIds === undefined) return true;
  return key.receiverIds?.every((id) => holder.receiverIds?.includes(id)) === true;
}

function roleProblems(maker: Principal, { roles, permissions }: WantedRights): readonly Problem[] {
  const problems = rolesProblems(roles);
  if (problems.length > 0) return problems;
  const granted = grantedTo(maker);
  return (roles as readonly Role[]).flatMap((role, index) => {
    const given = ROLE_PERMISSIONS[role].filter((one) => permissions?.includes(one) !== false);
    const missing = given.filter((permission) => !granted.includes(permission));
    if (missing.length === 0) return [];
    return [{ pointer: `/roles/${String(index)}`, detail: `is wider than your own rights: ${missing.join(', ')}` }];
  });
}

function permissionProblems(maker: Principal, { roles, permissions }: WantedRights): readonly Problem[] {
  if (permissions === undefined) return [];
  const pointer = '/permissions';
  if (permissions.length === 0) return [{ pointer, detail: 'must name at least one permission' }];
  const problems = namesProblems(pointer, permissions, PERMISSIONS);
  if (problems.length > 0) return problems;
  const carried = grantedTo({ ...maker, roles: roles as readonly Role[], permissions: PERMISSIONS });
  return permissions.flatMap((permission, index) =>
    carried.includes(permission as Permission)
      ? []
      : [{ pointer: `${pointer}/${String(index)}`, detail: 'is in none of the roles' }],
  );
}

/** That they exist is looked up when the key is kept. */
function receiverProblems(maker: Principal, { receiverIds }: WantedRights): readonly Problem[] {
  const pointer = '/event_receiver_ids';
  if (receiverIds === undefined) {
    if (maker.receiverIds === undefined) return [];
    return [{ pointer, detail: 'must be given: you may post to some receivers only yourself' }];
  }
  if (receiverIds.length < 1 || receiverIds.length > MAX_RECEIVERS) {
    return [{ pointer, detail: `must name 1 to ${String(MAX_RECEIVERS)} receivers` }];
  }
  return receiverIds.flatMap((id, index) => {
    const own: readonly string[] | undefined = maker.receiverIds;
    const detail = receiverIds.indexOf(id) === index ? 'is not one that you may post to' : 'is named twice';
    const fits = receiverIds.indexOf(id) === index && own?.includes(id) !== false;
    return fits ? [] : [{ pointer: `${pointer}/${String(index)}`, detail }];
  });
}

function namesProblems(pointer: string, names: readonly string[], known: readonly string[]): readonly Problem[] {
  return names.flatMap((name, index) => {
    const detail = names.indexOf(name) === index ? `must be one of ${known.join(', ')}` : 'is named twice';
    const fits = known.includes(name) && names.indexOf(name) === index;
    return fits ? [] : [{ pointer: `${pointer}/${String(index)}`, detail }];
  });
}
