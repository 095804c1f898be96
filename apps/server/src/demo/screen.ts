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

/** @internal A bar that fills on a terminal; elsewhere nothing is drawn. */
export function progress(total: number): { readonly step: () => void; readonly stop: () => void } {
  const bar = new SingleBar({ format: '  {bar} {value}/{total}', stream: process.stdout }, Presets.shades_classic);
  if (process.stdout.isTTY) bar.start(total, 0);
  return { step: () => bar.increment(), stop: () => bar.stop() };
}
