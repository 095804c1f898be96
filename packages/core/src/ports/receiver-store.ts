import type { GroupId, ReceiverId } from '../domain/ids.js';
import type { Receiver } from '../domain/receiver.js';

/**
 * Receivers, as those who write see them. Every write also keeps the revision and adds to the feed.
 *
 * @public
 */
export interface ReceiverStore {
  /** The version and state of those that exist, in no order. */
  stamps(ids: readonly ReceiverId[]): Promise<readonly ReceiverStamp[]>;
  /** Undefined when there is none. */
  find(id: ReceiverId): Promise<Receiver | undefined>;
  /** Adds a receiver unless its name, type and version are taken, by whom it then says. */
  add(receiver: Receiver): Promise<Addition<ReceiverId>>;
  /** Puts `receiver` in the place of the one with its id, which the unit of work must have claimed and found. */
  replace(receiver: Receiver, changedBy: string): Promise<void>;
  /** Removes a receiver that it claimed and found; `in-use` while an event or a group refers to it, which keeps it. */
  remove(receiver: Receiver, removedBy: string): Promise<'removed' | 'in-use'>;
}

/** @public What a poster must know of a receiver. */
export interface ReceiverStamp {
  readonly id: ReceiverId;
  readonly enabled: boolean;
  readonly resourceVersion: number;
  /** Groups for members only that it is in, in no order. */
  readonly guards: readonly ReceiverGuard[];
}

/** @public A group that lets only its members, its owner and administrators post to its receivers. */
export interface ReceiverGuard {
  readonly groupId: GroupId;
  readonly ownerId: string;
}

/** @public Whether something was added, or which one has its name already. */
export type Addition<Id> = { readonly kind: 'added' } | { readonly kind: 'taken'; readonly by: Id };
