import type { ReceiverId } from '../domain/ids.js';
import type { Receiver } from '../domain/receiver.js';
import type { ReceiverReader } from '../ports/registry-reader.js';

/**
 * Receivers at hand. What it says may be old: whoever writes compares versions inside the unit of work, and forgets what has
 * changed.
 *
 * @internal
 */
export interface ReceiverCatalog {
  /** Those that exist, by id. One that is not at hand is read. */
  get(ids: readonly ReceiverId[]): Promise<ReadonlyMap<ReceiverId, Receiver>>;
  forget(ids: readonly ReceiverId[]): void;
}

/**
 * Keeps at most `capacity` receivers, the longest kept leaving first. That one does not exist is not kept: the next moment it may.
 *
 * @internal
 */
export function receiverCatalog(reader: ReceiverReader, capacity: number): ReceiverCatalog {
  const kept = new Map<ReceiverId, Receiver>();

  function keep(receiver: Receiver): void {
    kept.delete(receiver.id);
    kept.set(receiver.id, receiver);
    const oldest = kept.keys().next().value;
    if (kept.size > capacity && oldest !== undefined) kept.delete(oldest);
  }

  return {
    async get(ids) {
      const missing = ids.filter((id) => !kept.has(id));
      const read = missing.length === 0 ? [] : await reader.byIds(missing);
      const found = new Map(read.map((receiver) => [receiver.id, receiver]));
      for (const id of ids) {
        const receiver = kept.get(id);
        if (receiver !== undefined) found.set(id, receiver);
      }
      read.forEach(keep);
      return found;
    },
    forget(ids) {
      for (const id of ids) kept.delete(id);
    },
  };
}
