import autocannon from 'autocannon';

/** One kind of request, made anew for each that is sent. */
export interface Work {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly path: (sequence: number) => string;
  readonly body?: (sequence: number) => string;
  readonly expect: number;
}

/** What a round gave: answers a second, and how long the slowest hundredth waited at least. */
export interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

let sequence = 0;

/** Sends `work` over `connections` connections for `seconds`. Every answer must have the status that is expected. */
export async function round(work: Work, connections: number, seconds: number): Promise<Round> {
  const result = await autocannon({
    url: work.url,
    connections,
    duration: seconds,
    requests: [
      {
        method: work.method,
        headers: { ...work.headers },
        setupRequest: (request) => {
          sequence += 1;
          const body = work.body?.(sequence);
          return { ...request, path: work.path(sequence), ...(body === undefined ? {} : { body }) };
        },
      },
    ],
  });
  const good = result.statusCodeStats?.[`${work.expect}`]?.count ?? 0;
  const bad = result.requests.total - good;
  if (bad > 0 || result.errors > 0) {
    throw new Error(
      `${String(bad)} answers were not ${String(work.expect)}, ${String(result.errors)} failed: ${JSON.stringify(result.statusCodeStats)}`,
    );
  }
  return { perSecond: good / result.duration, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };
}
