import fc from 'fast-check';
import type { GatePolicy } from '@xzepr/core';

/** @internal How many receivers and subjects a history is about: few, so that they meet. */
export const RECEIVERS = 4;
/** @internal */
export const SUBJECTS = 2;

/** @internal An event to post; receiver and subject by number. `bad` ones do not fit the receiver's schema. */
export interface PostAction {
  readonly receiver: number;
  readonly subject: number;
  readonly success: boolean;
  readonly bad: boolean;
}

/** @internal What of a group is given: receivers by number. */
export interface GroupAction {
  readonly receivers: readonly number[];
  readonly policy: GatePolicy;
  readonly enabled: boolean;
}

/**
 * Something done to a registry. `which` counts through the groups, or the posts, that there are then, round and round.
 *
 * @internal
 */
export type Action =
  | { readonly kind: 'post'; readonly post: PostAction }
  | { readonly kind: 'together'; readonly posts: readonly PostAction[] }
  | { readonly kind: 'batch'; readonly posts: readonly PostAction[]; readonly atomic: boolean }
  | { readonly kind: 'repeat'; readonly which: number }
  | { readonly kind: 'make'; readonly group: GroupAction }
  | { readonly kind: 'change'; readonly which: number; readonly change: Partial<GroupAction> }
  | { readonly kind: 'delete'; readonly which: number }
  | { readonly kind: 'reconcile' };

const which = fc.nat({ max: 5 });
const often = fc.integer({ min: 0, max: 9 });

const post: fc.Arbitrary<PostAction> = fc.record({
  receiver: fc.nat({ max: RECEIVERS - 1 }),
  subject: fc.nat({ max: SUBJECTS - 1 }),
  success: often.map((digit) => digit > 2),
  bad: often.map((digit) => digit === 0),
});

const group: fc.Arbitrary<GroupAction> = fc.record({
  receivers: fc.shuffledSubarray([...Array(RECEIVERS).keys()], { minLength: 1, maxLength: 3 }),
  policy: fc.constantFrom('latest', 'any'),
  enabled: often.map((digit) => digit > 1),
});

const change: fc.Arbitrary<Partial<GroupAction>> = fc
  .record({ group, keys: fc.subarray(['receivers', 'policy', 'enabled'] as const) })
  .map(({ group: whole, keys }) => Object.fromEntries(keys.map((key) => [key, whole[key]])));

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('post' as const), post }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('together' as const),
      posts: fc.array(post, { minLength: 2, maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      posts: fc.array(post, { minLength: 1, maxLength: 5 }),
      atomic: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('repeat' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('make' as const), group }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('change' as const), which, change }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reconcile' as const) }) },
);

/**
 * Histories that begin with a group, because little happens before the first.
 *
 * @internal
 */
export const histories: fc.Arbitrary<readonly Action[]> = fc
  .tuple(group, fc.array(action, { maxLength: 24 }))
  .map(([first, rest]) => [{ kind: 'make' as const, group: first }, ...rest]);
