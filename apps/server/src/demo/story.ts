import { found } from './answers.js';
import type { Api } from './api.js';
import { makeGates, sayStandings, subject, whyNot } from './gates.js';
import { webhookKinds } from './github.js';
import { oneRelease } from './one-release.js';
import { makeReceivers, widenReceivers } from './receivers.js';
import { sayRefusals } from './refusals.js';
import { readBack, replay } from './replay.js';
import type { Posted } from './replay.js';
import { dealt } from './reports.js';
import type { Scene } from './scene.js';
import { heading, painted, say } from './screen.js';

const RELEASES = ['2026.11.1', '2026.11.2', '2026.11.3'] as const;
const NEXT_RELEASE = '2026.11.4';
const EDGES = 'completed, reopened, completed';

/**
 * Tells what a registry is for, to whoever reads along. What it sums up in the end is what the server answered.
 *
 * @throws Error a payload is not on record as it was sent, or a gate did not move as its events say
 * @internal
 */
export async function tellStory(api: Api): Promise<void> {
  say(`${painted('bold', 'XZepr')}: what happened to a release, on record, and whether it may go on`);
  say(painted('dim', `The server at ${api.url} and its database are made for this, and thrown away at the end.`));
  const kinds = webhookKinds();
  const receivers = await makeReceivers(api, kinds);
  const scene = { api, kinds, receivers, gates: await makeGates(api, receivers) };
  const { recorded, refused } = await realEvents(scene);
  const same = await readBack(api, recorded);
  const through = await standings(scene);
  const edges = (await oneRelease(scene, NEXT_RELEASE)).join(', ');

  heading('In short');
  const all = recorded.length + refused.length;
  say(
    `  ${String(recorded.length)} of ${String(all)} real payloads are on record, ${String(same)} of them unchanged to the byte.`,
  );
  say(
    `  ${String(through)} of ${String(RELEASES.length)} releases may go out; the verdicts name what holds the others.`,
  );
  say(`  Release ${NEXT_RELEASE} is built. That gate was ${edges}: each edge once, with its cause.`);
  if (same !== all || edges !== EDGES)
    throw new Error(`the gate should have been ${EDGES}, and every payload unchanged`);
  say(`\n  ${painted('green', 'All as it should be.')} Start a server of your own with: npm start`);
}

/** Posts every payload, those that are refused again once their receivers have learned. */
async function realEvents({ api, kinds, receivers, gates }: Scene): Promise<Posted> {
  const reports = dealt(kinds, RELEASES);
  const [payloads, releases] = [String(reports.length), String(RELEASES.length)];
  heading(`Events: ${payloads} real payloads, told of ${releases} releases, as one stream`);
  const first = await replay(api, reports, receivers, gates);
  say("  The refused do not fit GitHub's own schemas, which are younger than these examples:");
  sayRefusals(first.refused.map(({ problem }) => problem));

  const again = first.refused.map(({ report }) => report);
  const toWiden = kinds.filter(({ name }) => again.some(({ kind }) => kind === name));
  await widenReceivers(api, toWiden, receivers);
  const second = await replay(api, again, receivers, gates);
  sayRefusals(second.refused.map(({ problem }) => problem));
  return { recorded: [...first.recorded, ...second.recorded], refused: second.refused };
}

/** Says where the releases stand, and why; answers how many are through every gate. */
async function standings({ api, gates }: Scene): Promise<number> {
  heading('Verdicts: where the releases stand, and why not');
  let through = 0;
  for (const release of RELEASES) if (await sayStandings(api, subject(release))) through += 1;
  const [first, second] = RELEASES;
  await whyNot(api, found(gates, 'secure'), subject(first));
  await whyNot(api, found(gates, 'built'), subject(second));
  return through;
}
