/**
 * How a receiver's events become its outcome. `latest`: the newest event decides. `any`: one success is enough.
 *
 * @public
 */
export type GatePolicy = 'latest' | 'any';

/**
 * What one receiver says of one subject.
 *
 * @public
 */
export type OutcomeKind = 'passing' | 'failing' | 'missing';

/**
 * All that the rule needs to know of one receiver's events for one subject: whether the newest was a success (undefined when
 * there is none) and whether any was.
 *
 * @public
 */
export interface Standing {
  readonly latest: boolean | undefined;
  readonly everSucceeded: boolean;
}

/**
 * Where a receiver stands before its first event.
 *
 * @public
 */
export const NO_EVENTS: Standing = { latest: undefined, everSucceeded: false };

/**
 * Where a receiver stands after one more event.
 *
 * @public
 */
export function afterEvent(standing: Standing, success: boolean): Standing {
  return { latest: success, everSucceeded: standing.everSucceeded || success };
}

/**
 * What a receiver says of a subject under `policy`.
 *
 * @public
 */
export function outcomeOf(policy: GatePolicy, standing: Standing): OutcomeKind {
  if (standing.latest === undefined) return 'missing';
  const passing = policy === 'any' ? standing.everSucceeded : standing.latest;
  return passing ? 'passing' : 'failing';
}

/**
 * The rule of the registry: an enabled gate is complete for a subject when every receiver in it is passing.
 * `standings` has one entry for each receiver of the group. Source: the REST contract, "The rule".
 *
 * @public
 */
export function isComplete(policy: GatePolicy, standings: readonly Standing[]): boolean {
  return standings.length > 0 && standings.every((standing) => outcomeOf(policy, standing) === 'passing');
}
