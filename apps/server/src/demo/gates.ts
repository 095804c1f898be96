import type { Api, RecordedEvent } from './api.js';
import { painted, say } from './screen.js';

/** @internal */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** @internal One release of the product, as five words. */
export interface Subject extends Readonly<Record<string, string>> {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly platform_id: string;
  readonly package: string;
}

interface Verdict {
  readonly group: Named;
  readonly state: 'complete' | 'incomplete' | 'disabled';
  readonly generation: number;
  readonly receivers: readonly { readonly name: string; readonly outcome: 'passing' | 'failing' | 'missing' }[];
}

const GATES: Readonly<Record<string, readonly string[]>> = {
  built: ['check_run', 'check_suite', 'workflow_run'],
  reviewed: ['pull_request', 'pull_request_review'],
  deployed: ['release', 'deployment_status'],
};

/** @internal */
export function subject(release: string): Subject {
  return { name: 'hello-world', version: '1.0.0', release, platform_id: 'linux-amd64', package: 'oci' };
}

/** @internal Makes the demo's gates, by name. */
export async function makeGates(api: Api, receivers: ReadonlyMap<string, Named>): Promise<ReadonlyMap<string, Named>> {
  const gates = new Map<string, Named>();
  for (const [name, kinds] of Object.entries(GATES)) {
    const group = await api.post<Named>('/groups', {
      name,
      type: 'dev.xzepr.demo.gate',
      version: '1.0.0',
      description: `What a release needs to be ${name}`,
      event_receiver_ids: kinds.map((kind) => found(receivers, kind).id),
    });
    gates.set(name, group);
    say(`  ${painted('cyan', name.padEnd(9))} needs ${kinds.join(', ')}`);
  }
  return gates;
}

/** @internal Says what an event moved. */
export function sayMoves(gates: ReadonlyMap<string, Named>, { transitions }: RecordedEvent): void {
  for (const { group_id, state, generation } of transitions) {
    const name = [...gates.values()].find(({ id }) => id === group_id)?.name ?? group_id;
    const colour = state === 'completed' ? 'green' : 'red';
    say(`    ${painted(colour, `gate ${name} ${state}`)} (generation ${String(generation)})`);
  }
}

/** @internal Asks a gate why it is not complete, and says the answer. */
export async function whyNot(api: Api, gate: Named, of: Subject): Promise<void> {
  const verdict = await api.get<Verdict>(`/groups/${gate.id}/verdict`, of);
  const reasons = verdict.receivers.filter(({ outcome }) => outcome !== 'passing');
  say(`  ${painted('yellow', `why is ${gate.name} not complete for release ${of.release}?`)}`);
  if (reasons.length === 0) say(`    it is ${verdict.state}`);
  for (const { name, outcome } of reasons)
    say(`    ${name} ${outcome === 'missing' ? 'has reported nothing' : 'failed last'}`);
}

/** @internal Where a release stands at every gate that has heard of it. */
export async function sayVerdicts(api: Api, of: Subject): Promise<void> {
  const { data } = await api.get<{ readonly data: readonly Verdict[] }>('/verdicts', of);
  const words = data.map(({ group, state }) =>
    painted(state === 'complete' ? 'green' : 'red', `${group.name} ${state}`),
  );
  say(`  ${of.release.padEnd(12)} ${words.join(', ')}`);
}

/** @internal */
export function found<T>(things: ReadonlyMap<string, T>, name: string): T {
  const thing = things.get(name);
  if (thing === undefined) throw new Error(`the demo has no ${name}`);
  return thing;
}
