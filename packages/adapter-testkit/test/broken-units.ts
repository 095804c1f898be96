import { setImmediate } from 'node:timers/promises';

import type { EventStore, RegistryReader, Scope, Stores, UnitOfWork } from '@xzepr/core';

import type { BackendHarness } from '../src/index.js';
import { claimsOf } from '../src/memory/claims.js';
import { storesOf } from '../src/memory/memory-backend.js';
import { memoryReader } from '../src/memory/memory-reader.js';
import { draftTables, emptyTables } from '../src/memory/tables.js';
import type { KeptTables, Tables } from '../src/memory/tables.js';

type Open = () => Promise<BackendHarness>;
type Run = UnitOfWork['run'];

interface Place {
  readonly kept: KeptTables;
  readonly nextPosition: () => number;
}

/** Every table of the in-memory adapter. */
export const TABLES = Object.keys(emptyTables()) as readonly (keyof KeptTables)[];

/** Every kind of claim. */
export const CLAIMS = ['sharedReceivers', 'exclusiveReceivers', 'subjects', 'keys'] as const;

/** The in-memory tables under another unit of work. */
export function onTables(unitOf: (place: Place) => Run): Open {
  return () => {
    let kept = emptyTables();
    let position = 0;
    const nextPosition = (): number => (position += 1);
    let run = unitOf({ kept, nextPosition });
    const reader = new Proxy({} as RegistryReader, {
      get: (_target, name: keyof RegistryReader) => memoryReader(kept)[name],
    });
    return Promise.resolve({
      unitOfWork: { run: (scope, work) => run(scope, work) },
      reader,
      feed: () => Promise.resolve([...kept.feed.values()].toSorted((a, b) => a.position - b.position)),
      reset() {
        kept = emptyTables();
        run = unitOf({ kept, nextPosition });
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  };
}

/** As the in-memory adapter does it, with `change` to break something. */
export function attempts(
  { kept, nextPosition }: Place,
  change: (stores: Stores, tables: Tables) => Stores = same,
): Run {
  return async (scope, work) => {
    const { tables, keep } = draftTables(kept);
    const result = await work(change(storesOf({ tables, claims: claimsOf(scope), nextPosition }), tables));
    keep();
    return result;
  };
}

function same(stores: Stores): Stores {
  return stores;
}

function oneAfterTheOther(run: Run): Run {
  let last: Promise<unknown> = Promise.resolve();
  return (scope, work) => {
    const result = last.then(() => run(scope, work));
    last = result.catch(() => undefined);
    return result;
  };
}

/** Does not take back what work that rejects wrote into one table. */
export function keepsOneTable(name: keyof KeptTables): Open {
  return onTables(({ kept, nextPosition }) =>
    oneAfterTheOther(async (scope, work) => {
      const { tables, keep } = draftTables(kept);
      const leak = draftTables({ ...emptyTables(), [name]: kept[name] });
      const leaking = { ...tables, [name]: leak.tables[name] };
      const run = work(storesOf({ tables: leaking, claims: claimsOf(scope), nextPosition }));
      const result = await run.finally(leak.keep);
      keep();
      return result;
    }),
  );
}

/** Keeps what was written, and forgets what the work answered. */
export const answersNothing: Open = onTables((place) =>
  oneAfterTheOther(async (scope, work) => {
    await attempts(place)(scope, work);
    return undefined as never;
  }),
);

/** Lets everybody look on while it puts the events of a unit of work into place, one after the other. */
export const keepsInPieces: Open = onTables((place) =>
  oneAfterTheOther(async (scope, work) => {
    const { events } = place.kept;
    const before = new Set(events.keys());
    const result = await attempts(place)(scope, work);
    const added = [...events].filter(([id]) => !before.has(id));
    for (const [id] of added) events.delete(id);
    for (const [id, row] of added) {
      events.set(id, row);
      if (added.length > 1) await setImmediate();
    }
    return result;
  }),
);

/** Gives the next position to a gate state that no fact moved, and gives it to the next fact again. */
export const positionsTwice: Open = onTables((place) => {
  let last = 0;
  const nextPosition = (): number => (last = Math.max(last, ...place.kept.feed.keys()) + 1);
  const change = (stores: Stores, tables: Tables): Stores => {
    const append: EventStore['append'] = async (facts, states) => {
      const subjects = states.map(({ subjectHash }) => subjectHash);
      const apart = storesOf({ tables, claims: claimsOf({ subjects }), nextPosition });
      const moved = states.filter(({ fact }) => fact !== undefined);
      const positions = await stores.events.append(facts, moved);
      const others = states.filter(({ fact }) => fact === undefined);
      await apart.events.append([], others);
      return positions;
    };
    return { ...stores, events: { ...stores.events, append } };
  };
  return oneAfterTheOther(attempts(place, change));
});

/** Keeps units of work apart by what they claim, as a database with locks does, and may forget one kind of claim. */
export function locking(forgotten?: keyof Scope): Open {
  return onTables((place) => apartBy((scope) => locksOf(scope, forgotten), attempts(place)));
}

interface Lock {
  readonly name: string;
  readonly shared: boolean;
}

/**
 * Names of receivers and groups, and hashes of keys, are unique: what claims no subject and no key may add one. It may also hold a
 * session, which who ends all of a user waits for.
 */
function locksOf(scope: Scope, forgotten: keyof Scope | undefined): readonly Lock[] {
  const adds = CLAIMS.every((kind) => kind === 'exclusiveReceivers' || (scope[kind] ?? []).length === 0);
  const endsSessions = scope.keys?.some((key) => key.startsWith('user ')) === true;
  const locks = CLAIMS.filter((kind) => kind !== forgotten).flatMap((kind) =>
    (scope[kind] ?? []).map((name) => ({ name, shared: kind === 'sharedReceivers' })),
  );
  return adds || endsSessions ? [...locks, { name: 'names', shared: false }] : locks;
}

function apartBy(locksFor: (scope: Scope) => readonly Lock[], run: Run): Run {
  const running = new Map<Promise<unknown>, readonly Lock[]>();
  return (scope, work) => {
    const own = locksFor(scope);
    const meets = (locks: readonly Lock[]): boolean =>
      locks.some(({ name, shared }) => own.some((lock) => lock.name === name && !(lock.shared && shared)));
    const earlier = [...running].filter(([, locks]) => meets(locks)).map(([ended]) => ended);
    const result = Promise.all(earlier).then(() => run(scope, work));
    const ended: Promise<unknown> = result.catch(() => undefined).then(() => running.delete(ended));
    running.set(ended, own);
    return result;
  };
}
