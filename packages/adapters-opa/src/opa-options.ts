import type { Clock } from '@xzepr/core';

/** @public Where the policy is asked, and how long to wait. */
export interface OpaPolicyOptions {
  /** The whole URL of the decision, which is a rule that is true or false: `http://127.0.0.1:8181/v1/data/xzepr/allow`. */
  readonly url: string;
  /** For a server that runs with `--authentication=token`. */
  readonly token?: string;
  /** How long one question may take before the answer is no; 500. */
  readonly timeoutMs?: number;
  /** How many decisions are remembered; 10,000. 0 remembers none. */
  readonly cacheSize?: number;
  /** How long a decision is remembered, and so how long a change of the policy may take to be felt; 5,000. */
  readonly cacheTtlMs?: number;
  /** After so many failures one after the other nothing is asked for a while and everything is refused; 5. */
  readonly breakAfter?: number;
  /** How long that is, before one question tries again; 2,000. */
  readonly breakMs?: number;
  /** By which what is remembered grows old; the process's own steady clock when left out. */
  readonly clock?: Clock;
  /** Told why a question could not be decided and was refused. May come with every request while the server is away. */
  readonly onUnsure?: (reason: string) => void;
}

const MAX_TOKEN = 8_192;

/**
 * What is wrong with the options, in words that name the setting; undefined when nothing is. Plain http is taken, since the
 * server commonly runs beside this one; over a network that others share, use https.
 *
 * @public
 */
export function opaPolicyFault(options: OpaPolicyOptions): string | undefined {
  const numbers = [
    ['timeout_ms', options.timeoutMs, 1, 60_000],
    ['cache_size', options.cacheSize, 0, 1_000_000],
    ['cache_ttl_ms', options.cacheTtlMs, 1, 3_600_000],
    ['break_after', options.breakAfter, 1, 1_000],
    ['break_ms', options.breakMs, 1, 600_000],
  ] as const;
  const faults = numbers.map(([setting, value, least, most]) => {
    const fits = value === undefined || (Number.isInteger(value) && value >= least && value <= most);
    return fits ? undefined : `${setting} must be a whole number from ${String(least)} to ${String(most)}`;
  });
  return [urlFault(options.url), tokenFault(options.token), ...faults].find((fault) => fault !== undefined);
}

function urlFault(text: unknown): string | undefined {
  const url = typeof text === 'string' ? URL.parse(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return 'url must be an http or https URL';
  if (`${url.username}${url.password}${url.hash}` !== '') return 'url must carry no user name, password or fragment';
  if (/^\/v1\/data\/[^/]/.test(url.pathname)) return undefined;
  return 'url must be of a decision, such as http://127.0.0.1:8181/v1/data/xzepr/allow';
}

function tokenFault(token: unknown): string | undefined {
  if (token === undefined) return undefined;
  const fits = typeof token === 'string' && token.length <= MAX_TOKEN && /^[\x21-\x7e]+$/.test(token);
  return fits ? undefined : 'token must be printable characters without spaces';
}
