import type { ByName, RecordedEvent, Refusal } from './answers.js';
import type { Api } from './api.js';
import { sayEdges } from './gates.js';
import { eventOf } from './reports.js';
import type { Report } from './reports.js';
import { painted, say, withProgress } from './screen.js';

/** @internal What became of reports. */
export interface Posted {
  readonly recorded: readonly Recorded[];
  readonly refused: readonly Refused[];
}

interface Recorded {
  readonly report: Report;
  readonly event: RecordedEvent;
}

interface Refused {
  readonly report: Report;
  readonly problem: Refusal;
}

/** @internal Posts reports as one stream, and says what became of them and which gates they moved. */
export async function replay(api: Api, reports: readonly Report[], receivers: ByName, gates: ByName): Promise<Posted> {
  const [recorded, refused]: [Recorded[], Refused[]] = [[], []];
  const bodies = reports.map((report) => eventOf(report, receivers));
  await withProgress(reports.length, async (step) => {
    const left = reports.values();
    for await (const { event, problem } of api.stream('/events/batch', bodies)) {
      const report = left.next().value;
      if (report !== undefined && event !== undefined) recorded.push({ report, event });
      if (report !== undefined && problem !== undefined) refused.push({ report, problem });
      step();
    }
  });
  const refusals = refused.length === 0 ? 'none refused' : painted('red', `${String(refused.length)} refused`);
  say(`  ${painted('green', `${String(recorded.length)} recorded`)}, ${refusals}`);
  for (const { report, event } of recorded) sayEdges(gates, report.release, event);
  return { recorded, refused };
}

/** @internal Reads every payload back; says and answers how many are as they were sent, byte for byte. */
export async function readBack(api: Api, recorded: readonly Recorded[]): Promise<number> {
  const unchanged = await withProgress(recorded.length, async (step) => {
    let same = 0;
    for (const { report, event } of recorded) {
      if ((await api.getText(`/events/${event.id}/payload`)) === JSON.stringify(report.payload)) same += 1;
      step();
    }
    return same;
  });
  say(`  ${String(recorded.length)} payloads read back, ${String(unchanged)} of them as they were sent, byte for byte`);
  return unchanged;
}
