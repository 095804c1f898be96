import type { Problem } from './problem.js';

/**
 * What a text field must be. `maxLength` counts Unicode code points. `mayBeEmpty` also lets white space alone pass.
 *
 * @public
 */
export interface TextRule {
  readonly maxLength: number;
  readonly mayBeEmpty?: boolean;
}

/** @public Names, types and versions: anything that tells one thing from another. */
export const NAME_RULE: TextRule = { maxLength: 255 };
/** @public A description that has to be there. */
export const DESCRIPTION_RULE: TextRule = { maxLength: 1_000 };
/** @public A description that may be left empty. */
export const REMARK_RULE: TextRule = { maxLength: 1_000, mayBeEmpty: true };

/**
 * What is wrong with `text`, undefined when nothing is. Nothing is trimmed or folded: the text is taken as it is or not at all.
 *
 * @public
 */
export function textFault(text: unknown, rule: TextRule): string | undefined {
  if (typeof text !== 'string') return 'must be a string';
  if (!text.isWellFormed()) return 'must be Unicode text; half of a surrogate pair stands alone in it';
  if (text.includes('\0')) return 'must not contain NUL';
  if (rule.mayBeEmpty !== true && text.trim() === '') return 'must not be blank';
  return isLonger(text, rule.maxLength) ? `must have at most ${String(rule.maxLength)} characters` : undefined;
}

/**
 * The problems of several text fields at once, each pointed at by its name.
 *
 * @internal
 */
export function textProblems(fields: Readonly<Record<string, readonly [unknown, TextRule]>>): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [name, [text, rule]] of Object.entries(fields)) {
    const detail = textFault(text, rule);
    if (detail !== undefined) problems.push({ pointer: `/${name}`, detail });
  }
  return problems;
}

/** Counts code points only where code units alone cannot tell. */
function isLonger(text: string, maxLength: number): boolean {
  if (text.length <= maxLength) return false;
  return text.length > maxLength * 2 || Array.from(text).length > maxLength;
}
