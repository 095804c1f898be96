import { once } from 'node:events';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';

import type { StreamAnswer } from './answers.js';

interface Destination {
  readonly url: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

/** Lines sent before their answers: enough to keep the server busy, few enough for a bar that moves as events are recorded. */
const AHEAD = 4;
const SILENCE_MS = 60_000;

/** @internal Sends each item as one line, and yields the answer to each, while the stream goes on. */
export async function* streamed(to: Destination, items: readonly unknown[]): AsyncGenerator<StreamAnswer> {
  const headers = { 'x-api-key': to.key, 'content-type': 'application/x-ndjson' };
  const outgoing = request(to.url, { method: 'POST', headers, signal: to.signal });
  outgoing.setTimeout(SILENCE_MS, () => outgoing.destroy(new Error('the server was silent for too long')));
  let sent = 0;
  while (sent < AHEAD) sendNext();
  const incoming = await answerTo(outgoing);
  let answered = 0;
  for await (const line of linesOf(incoming)) {
    answered += 1;
    sendNext();
    yield JSON.parse(line) as StreamAnswer;
  }
  if (answered !== items.length) throw new Error(`${String(items.length)} lines sent, ${String(answered)} answered`);

  function sendNext(): void {
    if (sent < items.length) outgoing.write(`${JSON.stringify(items[sent])}\n`);
    if (sent === items.length) outgoing.end();
    sent += 1;
  }
}

async function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  // What breaks from here on breaks the answer, whose reader hears of it.
  outgoing.on('error', () => undefined);
  if (incoming.statusCode === 200) return incoming;
  const problem = (await incoming.toArray()).join('');
  throw new Error(`the stream was answered ${String(incoming.statusCode)}: ${problem}`);
}

async function* linesOf(incoming: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const text of incoming.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
