import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { timestampAt } from '@xzepr/core';
import type { AccessPolicy, AccessQuestion, GroupId, Principal, ReceiverId, UserId } from '@xzepr/core';

import { opaPolicy, opaPolicyFault } from '../src/index.js';
import type { OpaPolicyOptions } from '../src/index.js';
import { json, policyServer } from './policy-server.js';
import type { Answer, PolicyServer } from './policy-server.js';

let server: PolicyServer;
let unsure: string[] = [];

beforeAll(async () => {
  server = await policyServer();
});
beforeEach(() => {
  unsure = [];
  server.asked.length = 0;
  server.answer = json({ result: true });
});
afterAll(() => server.close());

const PRINCIPAL: Principal = { id: 'u1', kind: 'user', roles: ['event_reporter'] };
const QUESTION: AccessQuestion = { principal: PRINCIPAL, permission: 'event:create' };

function policyOf(options: Partial<OpaPolicyOptions> = {}): AccessPolicy {
  return opaPolicy({ url: server.url, timeoutMs: 200, onUnsure: (reason) => unsure.push(reason), ...options });
}

function asOthers(count: number): readonly AccessQuestion[] {
  return Array.from({ length: count }, (_, n) => ({
    ...QUESTION,
    principal: { ...PRINCIPAL, id: `other-${String(n)}` },
  }));
}

function answersOf(policy: AccessPolicy, questions: readonly AccessQuestion[]): Promise<readonly boolean[]> {
  return Promise.all(questions.map(async (question) => policy.allows(question)));
}

describe('opaPolicy asks', () => {
  it('with everything that the decision may depend on', async () => {
    const principal: Principal = {
      ...{ id: 'k1', kind: 'api_key', roles: ['event_viewer', 'event_reporter'], userId: 'u1' as UserId },
      ...{
        permissions: ['event:create', 'audit:read', 'event:read'],
        receiverIds: ['r2', 'r1'] as unknown as ReceiverId[],
      },
    };
    const about = { receiverId: 'r1' as ReceiverId, groupId: 'g1' as GroupId };
    expect(await policyOf({ token: 'opa-token' }).allows({ principal, permission: 'event:create', ...about })).toBe(
      true,
    );
    expect(server.asked).toEqual([
      {
        authorization: 'Bearer opa-token',
        body: {
          input: {
            principal: {
              ...{ id: 'k1', kind: 'api_key', roles: ['event_reporter', 'event_viewer'] },
              ...{ permissions: ['event:create', 'event:read'], receiver_ids: ['r1', 'r2'], user_id: 'u1' },
            },
            ...{ permission: 'event:create', receiver_id: 'r1', group_id: 'g1' },
          },
        },
      },
    ]);
  });

  it('once for equal questions at one time, and answers at once what it knows', async () => {
    const policy = policyOf();
    const answers = await answersOf(
      policy,
      Array.from({ length: 30 }, () => QUESTION),
    );
    expect([answers.every((allowed) => allowed), server.asked.length]).toEqual([true, 1]);
    expect(policy.allows({ ...QUESTION, principal: { ...PRINCIPAL } })).toBe(true);
  });

  it.each<[string, Partial<AccessQuestion>]>([
    ['another permission', { permission: 'event:read' }],
    ['another receiver', { receiverId: 'r2' as ReceiverId }],
    ['another group', { groupId: 'g2' as GroupId }],
    ['another principal', { principal: { ...PRINCIPAL, id: 'u2' } }],
    ['another kind', { principal: { ...PRINCIPAL, kind: 'service' } }],
    ['fewer roles', { principal: { ...PRINCIPAL, roles: ['user'] } }],
    ['fewer permissions', { principal: { ...PRINCIPAL, permissions: ['event:create'] } }],
    ['fewer receivers', { principal: { ...PRINCIPAL, receiverIds: [] } }],
    ['another user', { principal: { ...PRINCIPAL, userId: 'u9' as UserId } }],
  ])('again about %s', async (_what, change) => {
    const policy = policyOf();
    await policy.allows(QUESTION);
    await policy.allows({ ...QUESTION, ...change });
    expect(server.asked).toHaveLength(2);
  });

  it('again when what it knows is old, and forgets the least used when it knows too much', async () => {
    let ms = 1_000_000;
    const policy = policyOf({ clock: { now: () => timestampAt(ms, 0) }, cacheTtlMs: 5_000, cacheSize: 2 });
    await policy.allows(QUESTION);
    ms += 5_000;
    expect(policy.allows(QUESTION)).toBe(true);
    ms += 1;
    server.answer = json({ result: false });
    expect(await policy.allows(QUESTION)).toBe(false);
    expect(policy.allows(QUESTION)).toBe(false);
    for (const question of asOthers(3)) await policy.allows(question);
    const again = policy.allows(QUESTION);
    expect([again instanceof Promise, await again]).toEqual([true, false]);
    expect(unsure).toEqual([]);
  });

  it('every time when it is to remember nothing', async () => {
    const policy = policyOf({ cacheSize: 0 });
    await policy.allows(QUESTION);
    await policy.allows(QUESTION);
    expect(server.asked).toHaveLength(2);
  });
});

describe('opaPolicy refuses, says why, and does not remember it', () => {
  const TOO_MUCH = `{"result":true,"x":"${'x'.repeat(100_000)}"}`;

  it.each<[string, Answer, string]>([
    ['a rule that is not there', json({}), 'the decision has no value; is the policy loaded?'],
    ['a text', json({ result: 'true' }), 'the decision is neither true nor false'],
    ['a number', json({ result: 1 }), 'the decision is neither true nor false'],
    ['an object', json({ result: { allow: true } }), 'the decision is neither true nor false'],
    ['null', json({ result: null }), 'the decision is neither true nor false'],
    ['a list around it', json([{ result: true }]), 'the decision has no value; is the policy loaded?'],
    ['true alone', json('true'), 'the policy server answered with what is no JSON object'],
    ['half of it', json('{"result":true'), 'the policy server answered with what is no JSON object'],
    ['HTML', json('<html>'), 'the policy server answered with what is no JSON object'],
    ['nothing', json(''), 'the policy server answered with what is no JSON object'],
    ['too much', json(TOO_MUCH), 'the policy server answered with more than 65536 bytes'],
    ['201', json({ result: true }, 201), 'the policy server answered 201'],
    ['400', json({ result: true }, 400), 'the policy server answered 400'],
    ['401', json({ result: true }, 401), 'the policy server answered 401'],
    ['500', json({ result: true }, 500), 'the policy server answered 500'],
    [
      'the way elsewhere',
      (response) => response.writeHead(307, { location: server.url }).end(),
      'the policy server answered 307',
    ],
    ['silence', () => undefined, 'the policy server did not answer within 200 ms'],
    ['a closed door', (response) => response.destroy(), 'the policy server cannot be reached'],
  ])('%s', async (_what, answer, reason) => {
    const policy = policyOf();
    server.answer = answer;
    expect(await policy.allows(QUESTION)).toBe(false);
    expect(unsure).toEqual([reason]);
    server.answer = json({ result: true });
    expect(await policy.allows(QUESTION)).toBe(true);
  });

  it('an answer that never ends', async () => {
    server.answer = (response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => {
        clearInterval(timer);
      });
    };
    const began = performance.now();
    expect(await policyOf().allows(QUESTION)).toBe(false);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('a question that is no Unicode text', () => {
    const question = { ...QUESTION, principal: { ...PRINCIPAL, id: '\ud800' } };
    expect([policyOf().allows(question), unsure, server.asked]).toEqual([
      false,
      ['the question cannot be written as JSON'],
      [],
    ]);
  });

  it('without showing the token', async () => {
    server.answer = json('opa-token', 401);
    await policyOf({ token: 'opa-token' }).allows(QUESTION);
    expect(unsure.join()).not.toContain('opa-token');
  });
});

describe('opaPolicy and a server that fails again and again', () => {
  const OPEN = 'the policy server has failed too often and is left alone for a while';

  it('leaves it alone, then tries with one question, then trusts it again', async () => {
    const policy = policyOf({ breakAfter: 3, breakMs: 1_000 });
    server.answer = json('', 503);
    for (const question of asOthers(3)) await policy.allows(question);
    expect(await answersOf(policy, asOthers(50))).not.toContain(true);
    expect([server.asked.length, unsure.at(-1)]).toEqual([3, OPEN]);

    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await answersOf(policy, asOthers(10))).not.toContain(true);
    expect(server.asked).toHaveLength(4);

    server.answer = json({ result: true });
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await answersOf(policy, asOthers(10))).not.toContain(false);
  });

  it('does not take an answer without result for a failure, so that nobody can shut out the others', async () => {
    const policy = policyOf({ breakAfter: 3 });
    server.answer = json({});
    for (const question of asOthers(10)) await policy.allows(question);
    expect(server.asked).toHaveLength(10);
    server.answer = json({ result: true });
    expect(await policy.allows(QUESTION)).toBe(true);
  });

  it('goes on answering what it knows', async () => {
    const policy = policyOf({ breakAfter: 1 });
    await policy.allows(QUESTION);
    server.answer = json('', 500);
    expect(await policy.allows({ ...QUESTION, permission: 'event:read' })).toBe(false);
    expect(policy.allows(QUESTION)).toBe(true);
  });
});

describe('opaPolicyFault', () => {
  const url = 'http://127.0.0.1:8181/v1/data/xzepr/allow';

  it('finds nothing wrong with what is right', () => {
    expect(opaPolicyFault({ url, token: 'x', timeoutMs: 1, cacheSize: 0 })).toBe(undefined);
  });

  it.each<[Partial<OpaPolicyOptions>, string]>([
    [{ url: 'opa:8181' }, 'url must be an http or https URL'],
    [{ url: 'http://a:b@opa:8181/v1/data/x' }, 'url must carry no user name, password or fragment'],
    [{ url: 'http://opa:8181' }, 'url must be of a decision, such as http://127.0.0.1:8181/v1/data/xzepr/allow'],
    [{ token: 'a b' }, 'token must be printable characters without spaces'],
    [{ timeoutMs: 0 }, 'timeout_ms must be a whole number from 1 to 60000'],
    [{ cacheTtlMs: 1.5 }, 'cache_ttl_ms must be a whole number from 1 to 3600000'],
  ])('%j', (change, fault) => {
    expect(opaPolicyFault({ url, ...change })).toBe(fault);
    expect(() => opaPolicy({ url, ...change })).toThrow(`access policy: ${fault}`);
  });
});
