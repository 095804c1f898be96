/** @internal A receiver or a gate, as far as the demo reads it. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** @internal */
export type ByName = ReadonlyMap<string, Named>;

/** @internal */
export interface RecordedEvent {
  readonly id: string;
  readonly description: string;
  readonly receiver_version: number;
  readonly transitions: readonly Transition[];
}

/** @internal */
export interface Transition {
  readonly group_id: string;
  readonly state: 'completed' | 'reopened';
  readonly generation: number;
}

/** @internal Why something was refused. */
export interface Refusal {
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** @internal One line of the answer to a stream: one of the two. */
export interface StreamAnswer {
  readonly status: number;
  readonly event?: RecordedEvent;
  readonly problem?: Refusal;
}

/** @internal */
export interface Verdict {
  readonly group: Named;
  readonly state: 'complete' | 'incomplete' | 'disabled';
  readonly receivers: readonly Standing[];
}

/** @internal What one receiver of a gate says of a subject. */
export interface Standing {
  readonly name: string;
  readonly outcome: 'passing' | 'failing' | 'missing';
  readonly event_id: string | null;
}

/** @internal */
export interface Page<T> {
  readonly data: readonly T[];
}

/** @internal */
export function found<T>(things: ReadonlyMap<string, T>, name: string): T {
  const thing = things.get(name);
  if (thing === undefined) throw new Error(`the demo has no ${name}`);
  return thing;
}
