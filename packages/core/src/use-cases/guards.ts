import type { Group } from '../domain/group.js';
import type { GroupId, UserId } from '../domain/ids.js';
import { isAdmin, ownerIdOf } from '../domain/principal.js';
import type { Principal } from '../domain/principal.js';
import type { NewEvent } from '../domain/event.js';
import { NotAMemberError } from '../errors.js';
import type { ReceiverGuard, ReceiverStamp } from '../ports/receiver-store.js';
import type { Stores } from '../ports/unit-of-work.js';

/** @internal An event and who reports it. */
export interface AuthoredEvent {
  readonly event: NewEvent;
  readonly author: Principal;
}

/**
 * For each event the group for members only that does not take it from its author; undefined where all do. Asks the store only
 * when there is such a group. The receivers must be claimed, so that no member comes or goes meanwhile.
 *
 * @internal
 */
export async function shutOut(
  { members }: Pick<Stores, 'members'>,
  posts: readonly AuthoredEvent[],
  stamps: readonly ReceiverStamp[],
): Promise<readonly (GroupId | undefined)[]> {
  const guarded = new Map(stamps.filter(({ guards }) => guards.length > 0).map(({ id, guards }) => [id, guards]));
  if (guarded.size === 0) return [];
  const facing = posts.map(({ event, author }) => facedBy(author, guarded.get(event.receiverId) ?? []));
  const wanted = Map.groupBy(
    posts.flatMap(({ author: { userId } }, index) => (userId === undefined ? [] : [{ userId, index }])),
    ({ userId }) => userId,
  );
  const memberships = new Map<UserId, ReadonlySet<GroupId>>();
  for (const [userId, own] of wanted) {
    const ids = [...new Set(own.flatMap(({ index }) => facing[index] ?? []))];
    if (ids.length > 0) memberships.set(userId, new Set(await members.groupsOf(userId, ids)));
  }
  return facing.map((ids, index) => {
    const userId = posts[index]?.author.userId;
    const own = userId === undefined ? undefined : memberships.get(userId);
    return ids.find((id) => own?.has(id) !== true);
  });
}

/**
 * Who may post to the receivers of a group for members only is for its owner and administrators to say.
 *
 * @throws NotAMemberError the principal is neither
 * @internal
 */
export function expectOwner(principal: Principal, { id, ownerId }: Group): void {
  if (!isAdmin(principal) && ownerId !== ownerIdOf(principal)) throw new NotAMemberError(id);
}

/** The groups that the author has to be a member of. */
function facedBy(author: Principal, guards: readonly ReceiverGuard[]): readonly GroupId[] {
  if (isAdmin(author)) return [];
  return guards.filter(({ ownerId }) => ownerId !== ownerIdOf(author)).map(({ groupId }) => groupId);
}
