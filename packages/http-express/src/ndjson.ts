import { once } from 'node:events';

import { PermissionDeniedError, isAllowed, isRegistryError } from '@xzepr/core';
import type { JsonReadOptions } from '@xzepr/core';
import type { Request, Response } from 'express';

import { inputsOf, refusedJson, resultsJson } from './batch-answer.js';
import type { Sent } from './batch-answer.js';
import { decoded, expectUnread, tooLarge } from './body.js';
import { eventInputOf } from './event-input.js';
import { HttpError } from './http-error.js';
import { readBody } from './json-body.js';
import { makeLineSplitter } from './line-splitter.js';
import type { Line } from './line-splitter.js';
import type { HttpLimits } from './limits.js';
import type { Call } from './route.js';

type StreamCall = Omit<Call<never, undefined>, 'create'>;

/** Lines recorded in one unit of work. */
const AT_ONCE = 256;

/**
 * Records a stream of events, one a line, and answers one result a line in the same order, while the stream goes on. Only
 * the lines of two batches are held: one being recorded, one being read. A line that cannot be read or recorded gets its
 * problem, and the others live; so do those after a moment in which the store did not answer.
 *
 * @internal
 */
export async function recordStream(call: StreamCall, request: Request, response: Response): Promise<void> {
  if (!isAllowed(call.principal, 'event:create')) throw new PermissionDeniedError('event:create');
  if (call.headers['idempotency-key'] !== undefined) {
    throw new HttpError('BAD_REQUEST', 'a stream has no single answer to keep; send batches to use Idempotency-Key');
  }
  expectUnread(request);
  response.status(200).type('application/x-ndjson');
  const options: JsonReadOptions = { maxDepth: call.limits.depth, verbatim: ['/payload'] };
  let failure: unknown;
  let answering = Promise.resolve();
  try {
    for await (const lines of batchesOf(request, call.limits)) {
      const sent = lines.map((line) => sentIn(line, options, call.limits));
      await answering;
      answering = answered(call, sent, request, response);
      answering.catch((error: unknown) => {
        failure = error;
        request.destroy();
      });
    }
    await answering;
    response.end();
  } catch (error) {
    if (failure !== undefined || !isCutShort(error)) throw failure ?? error;
    // The client went, or was silent too long; what it was answered is recorded.
    response.destroy();
  }
}

function isCutShort(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

async function answered(call: StreamCall, sent: readonly Sent[], request: Request, response: Response): Promise<void> {
  // While the client is made to wait it may well be silent.
  request.setTimeout(0);
  await call.spendWaiting(sent.length);
  request.setTimeout(call.limits.bodyTimeoutMs);
  await write(response, await recorded(call, sent));
}

async function* batchesOf(request: Request, limits: HttpLimits): AsyncGenerator<readonly Line[]> {
  const splitter = makeLineSplitter(limits.eventBytes);
  request.setTimeout(limits.bodyTimeoutMs, () => request.destroy());
  const lines: Line[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) {
    lines.push(...splitter.push(chunk));
    while (lines.length >= AT_ONCE) yield lines.splice(0, AT_ONCE);
    // What has arrived is not kept waiting for more to come.
    if (lines.length > 0 && request.readableLength === 0) yield lines.splice(0);
  }
  lines.push(...splitter.end());
  if (lines.length > 0) yield lines;
}

function sentIn(line: Line, options: JsonReadOptions, limits: HttpLimits): Sent {
  try {
    if (line === 'too-long') throw tooLarge(limits.eventBytes);
    const { value, faults } = readBody(decoded(line), options);
    return eventInputOf(value, faults, limits);
  } catch (error) {
    if (error instanceof HttpError || isRegistryError(error)) return error;
    throw error;
  }
}

async function recorded({ registry, principal, requestId }: StreamCall, sent: readonly Sent[]): Promise<string> {
  const events = inputsOf(sent);
  try {
    const results = events.length === 0 ? [] : await registry.recordBatch(principal, { events, atomic: false });
    return `${resultsJson(sent, results, requestId).join('\n')}\n`;
  } catch (error) {
    if (!isRegistryError(error)) throw error;
    return `${sent.map((item) => refusedJson(item instanceof Error ? item : error, requestId)).join('\n')}\n`;
  }
}

/** Waits while the client reads more slowly than we answer. */
async function write(response: Response, text: string): Promise<void> {
  if (text === '' || response.destroyed || response.write(text)) return;
  const settled = new AbortController();
  const listening = { signal: settled.signal };
  await Promise.race([once(response, 'drain', listening), once(response, 'close', listening)]);
  settled.abort();
}
