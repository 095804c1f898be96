import { nearest } from './nearest.js';
import { SPECS } from './specs.js';

/** @internal */
export const PREFIX = 'XZEPR__';

/** @internal The setting that was perhaps meant, as a part of a sentence; empty when none is near. */
export function suggestion(name: string): string {
  const meant = nearest(name, Object.keys(SPECS));
  return meant === undefined ? '' : `; did you mean ${PREFIX}${meant}?`;
}
