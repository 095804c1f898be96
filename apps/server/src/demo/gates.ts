import { found } from './answers.js';
import type { ByName, Named, Page, RecordedEvent, Standing, Verdict } from './answers.js';
import type { Api } from './api.js';
import { heading, painted, say } from './screen.js';

/** @internal One release of the product, as five words. */
export interface Subject extends Readonly<Record<string, string>> {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly platform_id: string;
  readonly package: string;
}

interface GateRule {
  readonly policy: 'latest' | 'any';
  readonly kinds: readonly string[];
}

const GATES: Readonly<Record<string, GateRule>> = {
  built: { policy: 'latest', kinds: ['check_run', 'check_suite', 'workflow_run'] },
  secure: { policy: 'latest', kinds: ['code_scanning_alert', 'dependabot_alert'] },
  reviewed: { policy: 'any', kinds: ['pull_request', 'pull_request_review'] },
  shipped: { policy: 'latest', kinds: ['release', 'deployment_status'] },
};
const POLICY = { latest: 'the newest report of each decides', any: 'one success of each is enough' } as const;

/** @internal */
export function subject(release: string): Subject {
  return { name: 'hello-world', version: '1.0.0', release, platform_id: 'linux-amd64', package: 'oci' };
}

/** @internal Makes the demo's gates. */
export async function makeGates(api: Api, receivers: ByName): Promise<ByName> {
  heading('Gates: what must have reported success before a release is…');
  const gates = new Map<string, Named>();
  for (const [name, { policy, kinds }] of Object.entries(GATES)) {
    const description = `What a release needs to be ${name}`;
    const event_receiver_ids = kinds.map((kind) => found(receivers, kind).id);
    const named = { name, type: 'dev.xzepr.demo.gate', version: '1.0.0', description };
    gates.set(name, await api.post<Named>('/groups', { ...named, policy, event_receiver_ids }));
    say(`  ${painted('cyan', name.padEnd(9))} ${kinds.join(', ')} ${painted('dim', `(${POLICY[policy]})`)}`);
  }
  return gates;
}

/** @internal Says what an event of a release moved. */
export function sayEdges(gates: ByName, release: string, { transitions, description }: RecordedEvent): void {
  for (const { group_id, state } of transitions) {
    const name = [...gates.values()].find(({ id }) => id === group_id)?.name ?? group_id;
    const edge = state === 'completed' ? painted('green', '✔ completed') : painted('red', '✘ reopened ');
    say(`  ${release}  ${painted('cyan', name.padEnd(9))} ${edge}  by ${description}`);
  }
}

/** @internal Asks a gate why a release is not through, and says the answer. */
export async function whyNot(api: Api, gate: Named, of: Subject): Promise<void> {
  const { state, receivers } = await api.get<Verdict>(`/groups/${gate.id}/verdict`, of);
  say(`  ${painted('yellow', `Why is ${of.release} not ${gate.name}?`)}`);
  if (state === 'complete') say('    It is.');
  for (const standing of receivers.filter(({ outcome }) => outcome !== 'passing'))
    say(`    ${standing.name.padEnd(19)} ${await reasonOf(api, standing)}`);
}

async function reasonOf(api: Api, { event_id }: Standing): Promise<string> {
  if (event_id === null) return 'has reported nothing';
  const { description } = await api.get<RecordedEvent>(`/events/${event_id}`);
  return `did not pass: “${description}” ${painted('dim', `(event ${event_id})`)}`;
}

/** @internal Says where a release stands at every gate that has heard of it; answers whether it is through all of them. */
export async function sayStandings(api: Api, of: Subject): Promise<boolean> {
  const { data } = await api.get<Page<Verdict>>('/verdicts', of);
  const words = data.map(({ group, state }) =>
    state === 'complete' ? painted('green', `✔ ${group.name}`) : painted('red', `✘ ${group.name}`),
  );
  say(`  ${of.release}  ${words.join('  ')}`);
  return data.every(({ state }) => state === 'complete');
}
