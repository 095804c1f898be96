import type { RegistryReader, Span, Stores } from '@xzepr/core';

import { memoryBackend, openMemory } from '../src/index.js';
import type { BackendHarness } from '../src/index.js';

type Method = (...args: readonly unknown[]) => Promise<unknown>;
type Parts = Readonly<Record<string, Readonly<Record<string, Method>>>>;
type Break = (sound: Method) => Method;
type Open = () => Promise<BackendHarness>;
type AnySpan = Span<unknown>;

/** What a method that keeps nothing says when all went well. Those that say nothing are not here. */
const LIES: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
  'events.append': (facts) => (facts as readonly unknown[]).map((_, index) => index + 1_000_000),
  'receivers.add': () => ({ kind: 'added' }),
  'receivers.remove': () => 'removed',
  'groups.add': () => ({ kind: 'added' }),
  'reconciliations.advance': () => true,
  'answers.forget': (_before, limit) => limit,
  'apiKeys.add': () => true,
  'users.add': () => ({ kind: 'added' }),
  'members.add': (_groupId: unknown, member: unknown) => ({ member, added: true }),
  'members.remove': () => true,
  'sessions.endAllOf': () => 2,
  'sessions.forgetExpired': (_before, limit) => limit,
  'roundTrips.forgetExpired': (_before, limit) => limit,
  'signingKeys.forgetEnded': () => 1,
};

const { unitOfWork, reader } = memoryBackend();
const stores = await unitOfWork.run({}, (opened) => Promise.resolve(opened));

/** Every method that a unit of work hands out: `events.append` and so on. */
export const STORE_METHODS = methodsOf(stores as unknown as Parts);
/** Every query. */
export const READER_METHODS = methodsOf(reader as unknown as Parts);
/** Every query that is given a span. */
export const LISTS = READER_METHODS.filter((name) => !/\.(byIds|find\w*|evidence|pending|holderOf)$/.test(name));

function methodsOf(parts: Parts): readonly string[] {
  return Object.entries(parts).flatMap(([part, methods]) => Object.keys(methods).map((method) => `${part}.${method}`));
}

/** One method of the stores does nothing, and says that it did. */
export function idleStore(name: string): Open {
  const idle: Method = (...args) => Promise.resolve(LIES[name]?.(...args));
  return async () => {
    const harness = await openMemory();
    const broken = (sound: Stores): Stores => withMethod(sound as unknown as Parts, name, () => idle) as never;
    return {
      ...harness,
      unitOfWork: { run: (scope, work) => harness.unitOfWork.run(scope, (sound) => work(broken(sound))) },
    };
  };
}

/** One query finds nothing. */
export function idleReader(name: string): Open {
  return brokenReader(
    name,
    (sound) =>
      async (...args) =>
        Array.isArray(await sound(...args)) ? [] : undefined,
  );
}

/** What can be wrong with a list, whatever it lists. */
export const LIST_FAULTS: Readonly<Record<string, Break>> = {
  'begins anew with each part': (sound) => withSpan(sound, (span) => ({ ...span, after: undefined })),
  'gives one more than asked for': (sound) => withSpan(sound, (span) => ({ ...span, limit: span.limit + 1 })),
  'lists the other way round':
    (sound) =>
    async (...args) =>
      ((await sound(...args)) as unknown[]).toReversed(),
  'leaves out the last':
    (sound) =>
    async (...args) =>
      ((await sound(...args)) as unknown[]).slice(0, -1),
};

/** One query with a fault. */
export function brokenReader(name: string, breakIt: Break): Open {
  return async () => {
    const harness = await openMemory();
    const current = new Proxy(harness.reader, {
      get(sound, part: keyof RegistryReader) {
        const parts = { [part]: sound[part] } as unknown as Parts;
        return name.startsWith(`${part}.`) ? withMethod(parts, name, breakIt)[part] : sound[part];
      },
    });
    return { ...harness, reader: current };
  };
}

/** Every list is given its span last. */
function withSpan(sound: Method, change: (span: AnySpan) => AnySpan): Method {
  return (...args) => sound(...args.slice(0, -1), change(args.at(-1) as AnySpan));
}

function withMethod(parts: Parts, name: string, breakIt: Break): Parts {
  const [part = '', method = ''] = name.split('.');
  const sound = parts[part]?.[method];
  if (sound === undefined) throw new Error(`there is no ${name}`);
  return { ...parts, [part]: { ...parts[part], [method]: breakIt(sound) } };
}

/** Goes without the filter rather than finding nothing. */
export const findsAnything: Open = brokenReader('events.search', (sound) => async (filter, ...rest) => {
  const found = (await sound(filter, ...rest)) as unknown[];
  return found.length > 0 ? found : sound({}, ...rest);
});

/** Tells a subject where there is no group, or none of its subjects. */
export const subjectsOfNothing: Open = brokenReader('reconciliations.subjects', (sound) => async (...args) => {
  const found = (await sound(...args)) as unknown[];
  const { after } = args.at(-1) as AnySpan;
  return found.length > 0 || after !== undefined ? found : [{ subject: {}, subjectHash: '0'.repeat(64) }];
});
