import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

import type { ThrowAwayServer } from './throw-away-server.js';

/** @internal The REST API as a client sees it. */
export interface Api {
  readonly get: <T>(path: string, query?: Readonly<Record<string, string>>) => Promise<T>;
  readonly post: <T>(path: string, body: unknown) => Promise<T>;
  /** Sends one line for each item; yields one answer for each, as they come. */
  readonly stream: (path: string, items: readonly unknown[]) => AsyncGenerator<StreamAnswer>;
}

/** @internal One line of the answer to a stream. */
export interface StreamAnswer {
  readonly status: number;
  readonly event?: RecordedEvent;
  readonly problem?: { readonly detail: string };
}

/** @internal The part of an event that the demo reads. */
export interface RecordedEvent {
  readonly id: string;
  readonly transitions: readonly { readonly group_id: string; readonly state: string; readonly generation: number }[];
}

const TIMEOUT_MS = 60_000;

/** @internal */
export function apiOf({ url, key }: ThrowAwayServer): Api {
  const ask = async (path: string, body?: string, type = 'application/json'): Promise<Response> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      headers: { 'x-api-key': key, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { method: 'POST', body }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`${path} answered ${String(response.status)}: ${await response.text()}`);
    return response;
  };
  return {
    get: async <T>(path: string, query: Readonly<Record<string, string>> = {}) =>
      (await (await ask(`${path}?${new URLSearchParams(query).toString()}`)).json()) as T,
    post: async <T>(path: string, body: unknown) => (await (await ask(path, JSON.stringify(body))).json()) as T,
    async *stream(path, items) {
      const lines = items.map((item) => `${JSON.stringify(item)}\n`).join('');
      const { body } = await ask(path, lines, 'application/x-ndjson');
      if (body === null) throw new Error(`${path} answered without a body`);
      for await (const line of createInterface({ input: Readable.fromWeb(body) }))
        yield JSON.parse(line) as StreamAnswer;
    },
  };
}
