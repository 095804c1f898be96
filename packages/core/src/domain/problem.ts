/**
 * One thing wrong with what a caller sent. `pointer` is the RFC 6901 pointer of the field in the JSON form of the input
 * (`/platform_id`), empty for the whole; `detail` says in English what is wrong, without repeating the value.
 *
 * @public
 */
export interface Problem {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * The problems again, each below `prefix`: `/version` under `/events/3` is `/events/3/version`.
 *
 * @internal
 */
export function below(prefix: string, problems: readonly Problem[]): readonly Problem[] {
  return problems.map(({ pointer, detail }) => ({ pointer: prefix + pointer, detail }));
}
