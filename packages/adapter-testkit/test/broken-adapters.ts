import type { EventReader, RegistryReader, Stores, UnitOfWork } from '@xzepr/core';

import { openMemory } from '../src/index.js';
import type { BackendHarness } from '../src/index.js';
import { claimsOf } from '../src/memory/claims.js';
import { storesOf } from '../src/memory/memory-backend.js';
import { attempts, onTables } from './broken-units.js';

type Open = () => Promise<BackendHarness>;

/** The in-memory adapter with one part broken. */
function broken(breakIt: (harness: BackendHarness) => Partial<BackendHarness>): Open {
  return async () => {
    const harness = await openMemory();
    return { ...harness, ...breakIt(harness) };
  };
}

function withStores({ unitOfWork }: BackendHarness, breakIt: (stores: Stores) => Partial<Stores>): UnitOfWork {
  return { run: (scope, work) => unitOfWork.run(scope, (stores) => work({ ...stores, ...breakIt(stores) })) };
}

/** The readers are looked up each time: `reset` puts new ones in their place. */
function withReader(
  harness: BackendHarness,
  breakIt: (reader: RegistryReader) => Partial<RegistryReader>,
): RegistryReader {
  const { reader } = harness;
  return new Proxy(reader, {
    get: (_target, name: keyof RegistryReader) => breakIt(reader)[name] ?? reader[name],
  });
}

function withEvents(breakIt: (events: EventReader) => Partial<EventReader>): Open {
  return broken((harness) => ({
    reader: withReader(harness, ({ events }) => ({ events: { ...events, ...breakIt(events) } })),
  }));
}

/** Keeps what was written before the work rejected. */
export const withoutRollback: Open = broken(({ unitOfWork }) => ({
  unitOfWork: {
    async run(scope, work) {
      const outcome = await unitOfWork.run(scope, (stores) =>
        work(stores).then(
          (value) => ({ value }),
          (thrown: unknown) => ({ thrown }),
        ),
      );
      if ('thrown' in outcome) throw outcome.thrown;
      return outcome.value;
    },
  },
}));

/** Lets units of work run beside each other: each sees what was kept when it looked, and the last to end wins. */
export const withoutIsolation: Open = onTables((place) => attempts(place));

/** Writes where everybody reads. */
export const withoutDrafts: Open = onTables(
  ({ kept, nextPosition }) =>
    (scope, work) =>
      work(storesOf({ tables: kept, claims: claimsOf(scope), nextPosition })),
);

/** Lists events the other way round. */
export const wrongOrder: Open = withEvents((events) => ({
  search: (filter, order, span) => events.search(filter, order === 'asc' ? 'desc' : 'asc', span),
}));

/** Begins each part of a list with the end of the part before. */
export const partsOverlap: Open = withEvents((events) => ({
  search: (filter, order, { after, limit }) => {
    const before = order === 'asc' ? -1 : 1;
    return events.search(filter, order, { after: after === undefined ? undefined : after + before, limit });
  },
}));

/** Takes a filter for a pattern, as `like` does. */
export const filterIsPattern: Open = withEvents((events) => ({
  async search({ name, ...filter }, order, span) {
    const found = await events.search(filter, order, span);
    if (name === undefined) return found;
    const pattern = new RegExp(
      `^${name.replaceAll('%', '.*').replaceAll('_', '.').replaceAll(/[\\*]/g, '\\$&')}$`,
      'su',
    );
    return found.filter(({ subject }) => pattern.test(subject.name));
  },
}));

/** Announces no change of a group. */
export const feedRowMissing: Open = broken((harness) => ({
  feed: async () => (await harness.feed()).filter(({ kind }) => kind !== 'group.updated'),
}));

/** Takes a second receiver of the same name, and says so of a group that several posts lead to. */
export const duplicates: Open = broken((harness) => ({
  unitOfWork: withStores(harness, ({ receivers, events }) => ({
    receivers: {
      ...receivers,
      async add(receiver) {
        const addition = await receivers.add(receiver);
        if (addition.kind === 'taken') await receivers.add({ ...receiver, name: `${receiver.name} again` });
        return { kind: 'added' };
      },
    },
    events: {
      ...events,
      gatesTouchedBy: async (posts) => (await Promise.all(posts.map((post) => events.gatesTouchedBy([post])))).flat(),
    },
  })),
}));

/** Keeps payloads as values and microseconds as milliseconds. */
export const evidenceChanged: Open = broken((harness) => ({
  unitOfWork: withStores(harness, ({ events }) => ({
    events: {
      ...events,
      append: (facts, states) =>
        events.append(
          facts.map((fact) => {
            if (fact.kind !== 'event') return fact;
            const payload = JSON.stringify(JSON.parse(fact.event.payload)) as typeof fact.event.payload;
            const createdAt = fact.event.createdAt.replace(/\d{3}Z$/, '000Z') as typeof fact.event.createdAt;
            return { ...fact, event: { ...fact.event, payload, createdAt } };
          }),
          states,
        ),
    },
  })),
}));

/** Goes on with a reconciliation wherever the caller thinks it is. */
export const advancesBlindly: Open = broken((harness) => ({
  unitOfWork: withStores(harness, ({ reconciliations }) => ({
    reconciliations: {
      ...reconciliations,
      async advance(from, to) {
        await reconciliations.advance(from, to);
        return true;
      },
    },
  })),
}));

/** Says of every state that the rule of today decided it. */
export const forgetsRules: Open = broken((harness) => ({
  unitOfWork: withStores(harness, ({ events }) => ({
    events: {
      ...events,
      gatesTouchedBy: async (posts) =>
        (await events.gatesTouchedBy(posts)).map(({ stored, ...context }) => ({
          ...context,
          stored: stored && { ...stored, ruleVersion: context.ruleVersion },
        })),
    },
  })),
}));

/** Takes any success for the newest event. */
export const confusesOutcomes: Open = broken((harness) => ({
  unitOfWork: withStores(harness, ({ events }) => ({
    events: {
      ...events,
      gatesTouchedBy: async (posts) =>
        (await events.gatesTouchedBy(posts)).map((context) => ({
          ...context,
          standings: context.standings.map((standing) => ({
            ...standing,
            latest: standing.everSucceeded ? true : standing.latest,
          })),
        })),
    },
  })),
}));
