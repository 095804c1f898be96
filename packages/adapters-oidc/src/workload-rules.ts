import { hash } from 'node:crypto';

import { NAME_RULE, textFault } from '@xzepr/core';
import type { Principal } from '@xzepr/core';

import { claimAt } from './claim-path.js';
import type { Claims } from './claim-path.js';
import { glob } from './glob.js';
import type { WorkloadIssuer, WorkloadRule } from './workload-options.js';

/** @internal Who a workload is here, by what its token says; undefined when no rule knows it. The token was checked before. */
export type WhoIs = (claims: Claims) => Principal | undefined;

type Test = (claims: Claims) => boolean;

const MAX_ID = 255;
const KEPT_OF_SUBJECT = 120;
const DIGEST_MARK = '#sha256:';

/** @internal */
export function whoIs({ name, rules }: Pick<WorkloadIssuer, 'name' | 'rules'>): WhoIs {
  const compiled = rules.map((rule) => ({ fits: testOf(rule), grant: grantOf(rule) }));
  return (claims) => {
    const { sub } = claims;
    if (typeof sub !== 'string' || textFault(sub, { ...NAME_RULE, maxLength: 4_096 }) !== undefined) return undefined;
    const rule = compiled.find(({ fits }) => fits(claims));
    return rule === undefined ? undefined : { id: principalId(name, sub), kind: 'service', ...rule.grant };
  };
}

function grantOf({
  roles,
  receiverIds,
  permissions,
}: WorkloadRule): Pick<Principal, 'roles' | 'receiverIds' | 'permissions'> {
  return {
    roles,
    ...(receiverIds === undefined ? {} : { receiverIds }),
    ...(permissions === undefined ? {} : { permissions }),
  };
}

function testOf({ claims }: WorkloadRule): Test {
  const tests = Object.entries(claims).map(([path, patterns]) => {
    const matchers = (typeof patterns === 'string' ? [patterns] : patterns).map(glob);
    return (said: Claims): boolean => textsAt(said, path).some((text) => matchers.some((matches) => matches(text)));
  });
  return (said) => tests.every((fits) => fits(said));
}

function textsAt(claims: Claims, path: string): readonly string[] {
  const value = claimAt(claims, path);
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item) => typeof item !== 'object' && item !== undefined).map(String);
}

/**
 * The subject whole where it fits; else its beginning, for the reader, and its digest, so that no two are the same. One that has
 * the mark of a digest in it is never taken whole: it could have been chosen to look like another's.
 */
function principalId(issuer: string, subject: string): string {
  const whole = `workload:${issuer}:${subject}`;
  if (whole.length <= MAX_ID && !subject.includes(DIGEST_MARK)) return whole;
  const beginning = subject.slice(0, KEPT_OF_SUBJECT).toWellFormed();
  return `workload:${issuer}:${beginning}${DIGEST_MARK}${hash('sha256', subject)}`;
}
