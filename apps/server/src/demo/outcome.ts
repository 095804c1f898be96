import type { Payload } from './github.js';

/** @internal How a payload is posted: whether it is a success, and in one line what it says. */
export interface Outcome {
  readonly success: boolean;
  readonly description: string;
}

type Rule = readonly [part: string, member: string, good: readonly string[]];

const CONCLUDED = ['success', 'neutral', 'skipped'];
const SETTLED = ['fixed', 'dismissed'];

/** Where a payload says how it went, and what of that is good. */
const RULES: Readonly<Record<string, Rule>> = {
  check_run: ['check_run', 'conclusion', CONCLUDED],
  check_suite: ['check_suite', 'conclusion', CONCLUDED],
  workflow_job: ['workflow_job', 'conclusion', CONCLUDED],
  workflow_run: ['workflow_run', 'conclusion', CONCLUDED],
  deployment_status: ['deployment_status', 'state', ['success']],
  code_scanning_alert: ['alert', 'state', SETTLED],
  dependabot_alert: ['alert', 'state', SETTLED],
  pull_request_review: ['review', 'state', ['approved', 'commented']],
};

/** @internal What is not finished has not passed; a kind that knows no failure has. */
export function outcomeOf(kind: string, payload: Payload): Outcome {
  const action = typeof payload['action'] === 'string' ? ` ${payload['action']}` : '';
  const rule = RULES[kind];
  if (rule === undefined) return { success: true, description: kind + action };
  const [part, member, good] = rule;
  const word = (payload[part] as Payload | undefined)?.[member];
  if (typeof word !== 'string') return { success: false, description: `${kind}${action}: not finished` };
  return { success: good.includes(word), description: `${kind}${action}: ${word}` };
}
