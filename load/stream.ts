import { request } from 'node:http';

import { eventBody } from './registry-setup.ts';
import type { BenchRegistry } from './registry-setup.ts';

const LINES_AT_ONCE = 256;

/** Sends events as one NDJSON stream for `seconds`; answered lines a second. Every line must say 201. */
export function streamedEvents(url: string, key: string, registry: BenchRegistry, seconds: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let [sent, answered] = [0, 0];
    const headers = { 'content-type': 'application/x-ndjson', 'x-api-key': key };
    const outgoing = request(`${url}/api/v1/events/batch`, { method: 'POST', headers }, (incoming) => {
      let rest = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (!line.includes('"status":201')) reject(new Error(`a line was refused: ${line}`));
          answered += 1;
        }
      });
      incoming.on('end', () => {
        if (answered === sent) resolve((answered * 1_000) / (performance.now() - began));
        else reject(new Error(`${String(sent)} lines sent, ${String(answered)} answered`));
      });
    });
    outgoing.on('error', reject);

    function send(): void {
      if (performance.now() - began > seconds * 1_000) {
        outgoing.end();
        return;
      }
      let chunk = '';
      for (let line = 0; line < LINES_AT_ONCE; line += 1) chunk += `${eventBody(registry, (sent += 1))}\n`;
      if (outgoing.write(chunk)) setImmediate(send);
      else outgoing.once('drain', send);
    }
    send();
  });
}
