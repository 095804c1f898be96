import type { Api, RecordedEvent } from './api.js';
import { found, makeGates, sayMoves, sayVerdicts, subject, whyNot } from './gates.js';
import type { Named } from './gates.js';
import { successOf, webhookKinds } from './github.js';
import type { WebhookKind } from './github.js';
import { heading, painted, progress, say } from './screen.js';

const RELEASES = ['2026.11.1', '2026.11.2', '2026.11.3'] as const;

/** @internal Tells what a registry is for, to whoever reads along. */
export async function tellStory(api: Api): Promise<void> {
  const kinds = webhookKinds();
  heading('Receivers: GitHub’s own schemas say what a report must look like');
  const receivers = await makeReceivers(api, kinds);
  heading('Gates: what a release needs');
  const gates = await makeGates(api, receivers);
  await replay(api, kinds, receivers, gates);
  await oneRelease(api, kinds, receivers, gates);
}

async function makeReceivers(api: Api, kinds: readonly WebhookKind[]): Promise<ReadonlyMap<string, Named>> {
  const receivers = new Map<string, Named>();
  const bar = progress(kinds.length);
  for (const { name, schema } of kinds) {
    const description = `GitHub webhook ${name}`;
    const body = { name, type: `com.github.${name}`, version: '7.6.1', description, schema };
    receivers.set(name, await api.post<Named>('/receivers', body));
    bar.step();
  }
  bar.stop();
  say(`  ${String(receivers.size)} receivers registered`);
  return receivers;
}

type Things = ReadonlyMap<string, Named>;

async function replay(api: Api, kinds: readonly WebhookKind[], receivers: Things, gates: Things): Promise<void> {
  const events = kinds
    .flatMap(({ name, payloads }) => payloads.map((payload) => ({ name, payload })))
    .map(({ name, payload }, index) => eventOf(found(receivers, name), payload, RELEASES[index % RELEASES.length]));
  heading(`Events: ${String(events.length)} real payloads of ${String(RELEASES.length)} releases, as one stream`);
  const bar = progress(events.length);
  const refusals = new Map<string, number>();
  const moved: RecordedEvent[] = [];
  let posted = 0;
  for await (const { event, problem } of api.stream('/events/batch', events)) {
    if (event !== undefined) moved.push(event);
    if (problem !== undefined) refusals.set(problem.detail, (refusals.get(problem.detail) ?? 0) + 1);
    posted += 1;
    bar.step();
  }
  bar.stop();
  if (posted !== events.length) throw new Error(`${String(events.length)} were sent, ${String(posted)} answered`);
  say(
    `  ${String(posted)} posted, ${painted('green', String(moved.length))} recorded, ${String(posted - moved.length)} refused`,
  );
  for (const [detail, count] of refusals) say(`    ${String(count)} × ${detail}`);
  for (const event of moved) sayMoves(gates, event);
  for (const release of RELEASES) await sayVerdicts(api, subject(release));
}

async function oneRelease(api: Api, kinds: readonly WebhookKind[], receivers: Things, gates: Things): Promise<void> {
  const release = subject('2026.11.4');
  heading(`One release, step by step: ${release.release}`);
  const built = found(gates, 'built');
  const report = async (kind: string, success: boolean): Promise<void> => {
    const payload = kinds.find(({ name }) => name === kind)?.payloads[0];
    say(`  ${kind} reports ${success ? painted('green', 'success') : painted('red', 'failure')}`);
    const body = { ...eventOf(found(receivers, kind), payload, release.release), success };
    sayMoves(gates, await api.post<RecordedEvent>('/events', body));
  };
  await report('check_run', true);
  await report('check_suite', true);
  await whyNot(api, built, release);
  await report('workflow_run', true);
  await report('check_run', false);
  await whyNot(api, built, release);
  await report('check_run', true);
  heading('How it stands now');
  await sayVerdicts(api, release);
  const { data } = await api.get<{ readonly data: readonly { readonly state: string }[] }>(
    `/groups/${built.id}/transitions`,
    release,
  );
  say(
    `  the history of built: ${[...data]
      .reverse()
      .map(({ state }) => state)
      .join(', ')}`,
  );
}

function eventOf({ id, name }: Named, payload: unknown, release: string = RELEASES[0]) {
  const description = `GitHub said ${name}`;
  return { ...subject(release), description, payload, success: successOf(payload), event_receiver_id: id };
}
