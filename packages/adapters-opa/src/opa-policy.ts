import { hash } from 'node:crypto';

import { canonicalJson, unixMs } from '@xzepr/core';
import type { AccessPolicy, AccessQuestion } from '@xzepr/core';
import { LRUCache } from 'lru-cache';

import { opaInput } from './opa-input.js';
import { opaPolicyFault } from './opa-options.js';
import type { OpaPolicyOptions } from './opa-options.js';
import { opaServer } from './opa-server.js';

const CACHE_SIZE = 10_000;
const CACHE_TTL_MS = 5_000;

/**
 * An {@link AccessPolicy} that an Open Policy Agent decides: only `true` allows. Decisions are remembered for a short while by
 * everything that they depend on; equal questions at one time are asked once. What cannot be decided is refused, told to
 * `onUnsure`, and asked again next time.
 *
 * @throws Error the options are not usable; see {@link opaPolicyFault}
 * @public
 */
export function opaPolicy(options: OpaPolicyOptions): AccessPolicy {
  const fault = opaPolicyFault(options);
  if (fault !== undefined) throw new Error(`access policy: ${fault}`);
  const ask = opaServer(options);
  const known = decisions(options);
  const asking = new Map<string, Promise<boolean>>();

  async function decided(key: string, input: string): Promise<boolean> {
    const decision = await ask(input);
    if (decision.kind === 'decided') {
      known?.set(key, decision.allowed);
      return decision.allowed;
    }
    options.onUnsure?.(decision.reason);
    return false;
  }

  function share(key: string, input: string): Promise<boolean> {
    const shared = asking.get(key);
    if (shared !== undefined) return shared;
    const answer = decided(key, input).finally(() => asking.delete(key));
    asking.set(key, answer);
    return answer;
  }

  return {
    allows(question) {
      const input = inputText(question);
      if (input === undefined) {
        options.onUnsure?.('the question cannot be written as JSON');
        return false;
      }
      const key = hash('sha256', input, 'base64url');
      return known?.get(key) ?? share(key, input);
    },
  };
}

function decisions({
  cacheSize = CACHE_SIZE,
  cacheTtlMs = CACHE_TTL_MS,
  clock,
}: OpaPolicyOptions): LRUCache<string, boolean> | undefined {
  if (cacheSize === 0) return undefined;
  const perf = clock === undefined ? performance : { now: () => unixMs(clock.now()) };
  return new LRUCache({ max: cacheSize, ttl: cacheTtlMs, ttlResolution: 0, perf });
}

function inputText(question: AccessQuestion): string | undefined {
  try {
    return canonicalJson(opaInput(question));
  } catch {
    return undefined;
  }
}
