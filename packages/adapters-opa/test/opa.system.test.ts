import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isAllowed, PERMISSIONS, ROLES } from '@xzepr/core';
import type { AccessPolicy, AccessQuestion, Principal, ReceiverId } from '@xzepr/core';

import { opaProgram, startOpa } from '../../../test/opa.ts';
import type { TestOpa } from '../../../test/opa.ts';
import { opaPolicy } from '../src/index.js';

const POLICIES = fileURLToPath(new URL('../../../deploy/opa', import.meta.url));
const run = promisify(execFile);
const RECEIVER = '01J00000000000000000000000' as ReceiverId;
const PERSON: Principal = { id: 'u1', kind: 'user', roles: ['event_reporter'] };
const POST: AccessQuestion = { principal: PERSON, permission: 'event:create', receiverId: RECEIVER };

let opa: TestOpa;
const unsure: string[] = [];

beforeAll(async () => {
  opa = await startOpa(POLICIES);
});
afterAll(() => opa.stop());

function policyOf(path = '/v1/data/xzepr/allow', cacheTtlMs = 5_000): AccessPolicy {
  const onUnsure = (reason: string): number => unsure.push(reason);
  return opaPolicy({ url: opa.url + path, timeoutMs: 2_000, breakAfter: 2, breakMs: 100, cacheTtlMs, onUnsure });
}

describe('the policy that is delivered', () => {
  it('is right by its own tests, and by the strict check', async () => {
    const program = await opaProgram();
    expect((await run(program, ['test', POLICIES])).stdout).toMatch(/^PASS: (\d+)\/\1$/m);
    expect((await run(program, ['check', '--strict', POLICIES])).stdout).toBe('');
    expect((await run(program, ['fmt', '--list', POLICIES])).stdout).toBe('');
  });

  it('carries for each role exactly what the role map of the core carries', async () => {
    const policy = policyOf();
    for (const role of ROLES) {
      const principal: Principal = { id: `of-${role}`, kind: 'service', roles: [role] };
      const carried = PERMISSIONS.filter((permission) => isAllowed(principal, permission));
      const answers = PERMISSIONS.map(async (permission) => policy.allows({ principal, permission }));
      const allowed = await Promise.all(answers);
      expect({ role, allowed: PERMISSIONS.filter((_, index) => allowed[index]) }).toEqual({ role, allowed: carried });
    }
    expect(unsure).toEqual([]);
  });

  it('narrows to permissions and to receivers', async () => {
    const policy = policyOf();
    const asked = async (narrowing: Partial<Principal>): Promise<boolean> =>
      policy.allows({ ...POST, principal: { ...PERSON, ...narrowing } });
    expect(await asked({})).toBe(true);
    expect(await asked({ permissions: ['event:read'] })).toBe(false);
    expect(await asked({ receiverIds: [RECEIVER] })).toBe(true);
    expect(await asked({ receiverIds: ['01J00000000000000000000001' as ReceiverId] })).toBe(false);
  });

  it('lets services alone post to receivers of production', async () => {
    await fetch(`${opa.url}/v1/data/xzepr_settings/production_receivers`, {
      ...{ method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify([RECEIVER]) },
    });
    const policy = policyOf();
    expect(await policy.allows(POST)).toBe(false);
    expect(await policy.allows({ ...POST, principal: { ...PERSON, kind: 'service' } })).toBe(true);
    expect(await policy.allows({ ...POST, permission: 'event:read' })).toBe(true);
  });
});

describe('a real server', () => {
  it('that has no such rule is refused, and so is one whose rule is no yes or no', async () => {
    unsure.length = 0;
    expect(await policyOf('/v1/data/nobody/allow').allows(POST)).toBe(false);
    expect(await policyOf('/v1/data/xzepr/denials').allows(POST)).toBe(false);
    expect(unsure).toEqual([
      'the decision has no value; is the policy loaded?',
      'the decision is neither true nor false',
    ]);
  });

  it('that dies is refused, and allows again when it is back', async () => {
    const policy = policyOf('/v1/data/xzepr/allow', 1);
    const service = { ...POST, principal: { ...PERSON, kind: 'service' } as const };
    expect(await policy.allows(service)).toBe(true);
    await opa.kill();
    await new Promise((resolve) => setTimeout(resolve, 10));
    for (let n = 0; n < 5; n += 1) expect(await policy.allows(service)).toBe(false);
    expect(unsure.slice(-4)).toEqual([
      'the policy server cannot be reached',
      ...Array.from({ length: 3 }, () => 'the policy server has failed too often and is left alone for a while'),
    ]);
    await opa.restart();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await policy.allows(service)).toBe(true);
  });
});
