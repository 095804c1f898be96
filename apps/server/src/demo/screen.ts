import { styleText } from 'node:util';

import { Presets, SingleBar } from 'cli-progress';

type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'bold' | 'dim';

/** @internal In colour when a terminal reads it. */
export function painted(colour: Colour, text: string): string {
  return styleText(colour, text, { stream: process.stdout });
}

/** @internal */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** @internal */
export function heading(text: string): void {
  say(`\n${painted('bold', text)}`);
}

/** @internal Runs `work` beside a bar that fills step by step; where no terminal reads it, nothing is drawn. */
export async function withProgress<T>(total: number, work: (step: () => void) => Promise<T>): Promise<T> {
  const format = '  {bar} {value} of {total}';
  const bar = new SingleBar({ format, stream: process.stdout, clearOnComplete: true }, Presets.shades_classic);
  bar.start(total, 0);
  try {
    return await work(() => {
      bar.increment();
    });
  } finally {
    bar.stop();
  }
}
