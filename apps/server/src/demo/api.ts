import type { StreamAnswer } from './answers.js';
import { streamed } from './stream.js';
import type { ThrowAwayServer } from './throw-away-server.js';

/** @internal The REST API as a client sees it. What is refused is thrown, with what the server said. */
export interface Api {
  readonly url: string;
  readonly get: <T>(path: string, query?: Readonly<Record<string, string>>) => Promise<T>;
  readonly getText: (path: string) => Promise<string>;
  readonly post: <T>(path: string, body: unknown) => Promise<T>;
  /** Changes what is there now, and nothing that someone else has changed in between. */
  readonly change: <T>(path: string, body: unknown) => Promise<T>;
  /** Sends one line for each item; yields one answer for each, in order, as they come. */
  readonly stream: (path: string, items: readonly unknown[]) => AsyncGenerator<StreamAnswer>;
}

interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const TIMEOUT_MS = 60_000;

/** @internal */
export function apiOf({ url, key }: ThrowAwayServer, stopping: AbortSignal): Api {
  const base = `${url}/api/v1`;
  const ask = async (path: string, { headers, ...init }: Asking = {}): Promise<Response> => {
    const response = await fetch(base + path, {
      ...init,
      headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
      signal: AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) throw new Error(`${path} answered ${String(response.status)}: ${await response.text()}`);
    return response;
  };
  const json = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;
  return {
    url,
    get: (path, query = {}) => json(ask(`${path}?${new URLSearchParams(query).toString()}`)),
    getText: async (path) => (await ask(path)).text(),
    post: (path, body) => json(ask(path, { method: 'POST', body: JSON.stringify(body) })),
    async change(path, body) {
      const tag = (await ask(path)).headers.get('etag') ?? '';
      return json(ask(path, { method: 'PATCH', headers: { 'if-match': tag }, body: JSON.stringify(body) }));
    },
    stream: (path, items) => streamed({ url: base + path, key, signal: stopping }, items),
  };
}
