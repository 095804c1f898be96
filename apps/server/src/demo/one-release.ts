import { found } from './answers.js';
import type { Page, RecordedEvent, Transition } from './answers.js';
import { sayEdges, subject, whyNot } from './gates.js';
import type { WebhookKind } from './github.js';
import { outcomeOf } from './outcome.js';
import { eventOf } from './reports.js';
import type { Scene } from './scene.js';
import { heading, painted, say } from './screen.js';

/** @internal The way of one release through one gate, report by report; answers the edges that the registry has kept of it. */
export async function oneRelease(
  { api, kinds, receivers, gates }: Scene,
  release: string,
): Promise<readonly Transition['state'][]> {
  heading(`One release, step by step: ${release}`);
  const built = found(gates, 'built');
  const report = async (kind: string, success: boolean): Promise<void> => {
    const body = eventOf({ kind, payload: payloadThat(kinds, kind, success), release }, receivers);
    say(`  ${painted(success ? 'green' : 'red', success ? '+' : '-')} ${body.description}`);
    sayEdges(gates, release, await api.post<RecordedEvent>('/events', body));
  };
  await report('check_run', true);
  await report('check_suite', true);
  await whyNot(api, built, subject(release));
  await report('workflow_run', true);
  await report('check_run', false);
  await whyNot(api, built, subject(release));
  await report('check_run', true);
  const { data } = await api.get<Page<Transition>>(`/groups/${built.id}/transitions`, subject(release));
  return data.toReversed().map(({ state }) => state);
}

/** The first real payload of its kind that tells of a success, or of a failure. */
function payloadThat(kinds: readonly WebhookKind[], kind: string, success: boolean) {
  const payloads = kinds.find(({ name }) => name === kind)?.payloads ?? [];
  const word = success ? 'success' : 'failure';
  const payload = payloads.find((one) => outcomeOf(kind, one).description.endsWith(`: ${word}`));
  if (payload === undefined) throw new Error(`GitHub has no example of a ${kind} with ${word}`);
  return payload;
}
