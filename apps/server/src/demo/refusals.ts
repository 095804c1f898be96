import type { Refusal } from './answers.js';
import { say } from './screen.js';

const MISSING = /^must have required property '(.+)'$/;

/** @internal Says why payloads were refused, in the registry's own words, those of one cause together. */
export function sayRefusals(problems: readonly Refusal[]): void {
  for (const [cause, refusals] of Map.groupBy(problems, causeOf)) {
    const [example = ''] = mostFrequent(refusals.flatMap(examplesOf));
    say(`  ${String(refusals.length).padStart(5)} ${cause}, such as ${example}`);
  }
}

function causeOf({ code, errors = [] }: Refusal): string {
  if (code !== 'PAYLOAD_REFUSED') return `were answered ${code}`;
  if (errors.some(({ detail }) => MISSING.test(detail))) return 'lack members that are required';
  return 'hold what is not allowed';
}

/** The members that are missing, or else what is wrong where. */
function examplesOf({ errors = [] }: Refusal): readonly string[] {
  const missing = errors.flatMap(({ detail }) => MISSING.exec(detail)?.[1] ?? []);
  return missing.length > 0 ? missing : errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
}

function mostFrequent(words: readonly string[]): readonly string[] {
  return [...Map.groupBy(words, (word) => word)].toSorted(([, a], [, b]) => b.length - a.length).map(([word]) => word);
}
