import type { Branded } from './branded.js';
import type { Problem } from './problem.js';
import { NAME_RULE, textProblems } from './text-rules.js';

/**
 * What an event is about, also called its NVRPP: five exact strings, each 1 to 255 characters and not blank. Two subjects are
 * the same only when all five are equal, code point for code point.
 *
 * @public
 */
export interface Subject {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly platformId: string;
  readonly package: string;
}

/**
 * SHA-256 of {@link subjectText}, 64 lower-case hexadecimal digits. Rows are found, locked and sharded by it.
 *
 * @public
 */
export type SubjectHash = Branded<string, 'SubjectHash'>;

/**
 * The text that stands for exactly one subject: the RFC 8785 form of the array of its five fields.
 *
 * @public
 */
export function subjectText(subject: Subject): string {
  return JSON.stringify([subject.name, subject.version, subject.release, subject.platformId, subject.package]);
}

/**
 * What is wrong with a subject that came from outside, each field named as the REST contract names it.
 *
 * @public
 */
export function subjectProblems(subject: Subject): readonly Problem[] {
  return textProblems({
    name: [subject.name, NAME_RULE],
    version: [subject.version, NAME_RULE],
    release: [subject.release, NAME_RULE],
    platform_id: [subject.platformId, NAME_RULE],
    package: [subject.package, NAME_RULE],
  });
}
