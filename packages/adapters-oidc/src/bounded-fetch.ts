import { urlFault } from './secure-url.js';

/** @internal What one request to an issuer may cost. */
export interface FetchLimits {
  /** Until the last byte of the answer. */
  readonly timeoutMs: number;
  /** Of the answer, after decompression. */
  readonly maxBytes: number;
  readonly allowInsecure: boolean;
}

/** @internal Nothing came that can be worked with. The message says why and carries nothing of what was sent or received. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** @internal The part of `fetch` that the libraries call. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` that answers within `timeoutMs`, reads at most `maxBytes`, follows no redirect, and hands on JSON objects only, whole.
 * What a proxy, a landing page or a broken server says instead is a {@link NoAnswerError}, and so are 429 and 5xx.
 *
 * @internal
 */
export function boundedFetch({ timeoutMs, maxBytes, allowInsecure }: FetchLimits): Fetch {
  return async (url, init = {}) => {
    const fault = urlFault(url, allowInsecure);
    if (fault !== undefined) throw new NoAnswerError(`the URL of ${placeOf(url)} ${fault}`);
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal });
      return await checked(response, maxBytes, placeOf(url));
    } catch (error) {
      if (error instanceof NoAnswerError) throw error;
      const why = signal.aborted ? `did not answer within ${String(timeoutMs)} ms` : 'cannot be reached';
      throw new NoAnswerError(`${placeOf(url)} ${why}${codeOf(error)}`);
    }
  };
}

/**
 * The JSON object at `url`.
 *
 * @throws NoAnswerError there is none to be had
 * @internal
 */
export async function fetchJson(fetcher: Fetch, url: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetcher(url, { headers: { accept: 'application/json' } });
  if (!response.ok) throw new NoAnswerError(`${placeOf(url)} answered ${String(response.status)}`);
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

async function checked(response: Response, maxBytes: number, place: string): Promise<Response> {
  const { status, headers } = response;
  if (status === 429 || status >= 500 || (status >= 300 && status < 400)) {
    await response.body?.cancel();
    throw new NoAnswerError(`${place} answered ${String(status)}`);
  }
  const text = Buffer.concat(await chunksOf(response, maxBytes, place)).toString();
  if (!isJsonObject(text)) throw new NoAnswerError(`${place} answered ${String(status)} with what is no JSON object`);
  return new Response(text, { status, headers: withoutCoding(headers) });
}

async function chunksOf({ body }: Response, maxBytes: number, place: string): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new NoAnswerError(`${place} answered with more than ${String(maxBytes)} bytes`);
    chunks.push(chunk);
  }
  return chunks;
}

/** The text is decoded already. */
function withoutCoding(headers: Headers): Headers {
  const rest = new Headers(headers);
  rest.delete('content-encoding');
  rest.delete('content-length');
  return rest;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Host and path: a query may carry what nobody should read in a log. */
function placeOf(text: string): string {
  const url = URL.parse(text);
  return url === null ? 'an address' : `${url.host}${url.pathname}`.slice(0, 200);
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
}
