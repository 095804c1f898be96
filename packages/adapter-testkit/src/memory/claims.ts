import type { ReceiverId, Scope, SubjectHash } from '@xzepr/core';

/**
 * What a unit of work has claimed. Everything waits for everything else here, so a claim that is missing would do no harm
 * here and much elsewhere: that is why it is asked for.
 *
 * @internal
 */
export interface Claims {
  readonly sharedReceiver: (id: ReceiverId) => void;
  readonly exclusiveReceiver: (id: ReceiverId) => void;
  readonly subject: (hash: SubjectHash) => void;
  readonly key: (id: string) => void;
}

/** @internal Each method throws when what it names was not claimed. */
export function claimsOf({ sharedReceivers, exclusiveReceivers, subjects, keys }: Scope): Claims {
  const exclusive = new Set<string>(exclusiveReceivers);
  const shared = new Set<string>([...(sharedReceivers ?? []), ...exclusive]);
  return {
    sharedReceiver: expecting('receiver', shared),
    exclusiveReceiver: expecting('exclusive receiver', exclusive),
    subject: expecting('subject', new Set<string>(subjects)),
    key: expecting('idempotency key', new Set(keys)),
  };
}

function expecting(what: string, claimed: ReadonlySet<string>): (id: string) => void {
  return (id) => {
    if (!claimed.has(id)) throw new Error(`the unit of work did not claim ${what} ${id}; name it in the scope`);
  };
}
