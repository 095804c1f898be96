import { SPECS } from './specs.js';

/** @internal */
export const PREFIX = 'XZEPR__';

const NEAR = 4;

/** @internal The setting that was perhaps meant, as a part of a sentence; empty when none is near. */
export function suggestion(name: string): string {
  const nearest = Object.keys(SPECS)
    .map((known) => ({ known, distance: distance(name, known) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return nearest !== undefined && nearest.distance <= NEAR ? `; did you mean ${PREFIX}${nearest.known}?` : '';
}

/** How many letters have to be put in, taken out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const [above = 0, left = 0, corner = 0] = [row[j + 1], next[j], row[j]];
      next.push(Math.min(above + 1, left + 1, corner + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
