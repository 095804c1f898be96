import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleAll, TaskCancelledError } from 'cockatiel';
import { timeout, TimeoutStrategy, wrap } from 'cockatiel';

import type { OpaPolicyOptions } from './opa-options.js';

/** What the policy says, or why nothing can be made of it. */
type Decision =
  { readonly kind: 'decided'; readonly allowed: boolean } | { readonly kind: 'unsure'; readonly reason: string };

/** @internal Asks about `input`, a JSON text. Never rejects. */
export type AskOpa = (input: string) => Promise<Decision>;

const TIMEOUT_MS = 500;
const BREAK_AFTER = 5;
const BREAK_MS = 2_000;
const MAX_BYTES = 64 * 1_024;

/** What says that the server is in trouble, rather than that this one question has no answer. */
class TroubleError extends Error {}

/**
 * Questions over HTTP, each within its time. A server that fails again and again is left alone for a while. An answer without a
 * usable result is no failure of the server: otherwise one principal about whom the policy says nothing could shut out all.
 *
 * @internal
 */
export function opaServer(options: OpaPolicyOptions): AskOpa {
  const { timeoutMs = TIMEOUT_MS, breakAfter = BREAK_AFTER, breakMs = BREAK_MS } = options;
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: breakMs,
    breaker: new ConsecutiveBreaker(breakAfter),
  });
  const guarded = wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));

  return async (input) => {
    try {
      return await guarded.execute(({ signal }) => asked(options, input, signal));
    } catch (error) {
      return { kind: 'unsure', reason: reasonOf(error, timeoutMs) };
    }
  };
}

async function asked({ url, token }: OpaPolicyOptions, input: string, signal: AbortSignal): Promise<Decision> {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const body = `{"input":${input}}`;
  const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
  const text = await boundedText(response);
  const { status } = response;
  if (status === 429 || status >= 500) throw new TroubleError(`the policy server answered ${String(status)}`);
  if (status !== 200) return { kind: 'unsure', reason: `the policy server answered ${String(status)}` };
  return decisionIn(text);
}

async function boundedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BYTES)
      throw new TroubleError(`the policy server answered with more than ${String(MAX_BYTES)} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** A rule that is not there, or has no value for this input, comes as an object without `result`. */
function decisionIn(text: string): Decision {
  const { result } = parsed(text);
  if (typeof result === 'boolean') return { kind: 'decided', allowed: result };
  const what = result === undefined ? 'has no value; is the policy loaded?' : 'is neither true nor false';
  return { kind: 'unsure', reason: `the decision ${what}` };
}

function parsed(text: string): { readonly result?: unknown } {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // Said below, like any other answer that is no object.
  }
  throw new TroubleError('the policy server answered with what is no JSON object');
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof BrokenCircuitError)
    return 'the policy server has failed too often and is left alone for a while';
  if (error instanceof TaskCancelledError) return `the policy server did not answer within ${String(timeoutMs)} ms`;
  if (error instanceof TroubleError) return error.message;
  return 'the policy server cannot be reached';
}
