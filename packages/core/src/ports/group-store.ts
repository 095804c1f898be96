import type { Group } from '../domain/group.js';
import type { GroupId } from '../domain/ids.js';
import type { Addition } from './receiver-store.js';

/**
 * Groups, as those who write see them. Every write also keeps the revision and adds to the feed. The unit of work must have
 * claimed all receivers of the group, before and after the change.
 *
 * @public
 */
export interface GroupStore {
  /** Undefined when there is none. */
  find(id: GroupId): Promise<Group | undefined>;
  /** Adds a group unless its name, type and version are taken, by whom it then says. */
  add(group: Group): Promise<Addition<GroupId>>;
  /** Puts `group` in the place of the one with its id. */
  replace(group: Group, changedBy: string): Promise<void>;
  /** Removes a group and its reconciliation. Its states and transitions stay, for the feed. */
  remove(group: Group, removedBy: string): Promise<void>;
}
