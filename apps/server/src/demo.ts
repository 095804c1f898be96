#!/usr/bin/env node
import { apiOf } from './demo/api.js';
import { tellStory } from './demo/story.js';
import { startThrowAwayServer } from './demo/throw-away-server.js';
import type { ThrowAwayServer } from './demo/throw-away-server.js';

const EXIT_CODES: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Tells the story to its end, or until someone stops it; nothing is left behind either way. Answers the exit code. */
async function demo(signal: AbortSignal): Promise<number> {
  let server: ThrowAwayServer | undefined;
  try {
    server = await startThrowAwayServer(signal);
    await tellStory(apiOf(server, signal));
    return 0;
  } catch (error) {
    if (signal.aborted) return stopped(signal.reason);
    process.stderr.write(`\nThe demo failed: ${reasonOf(error)}\n`);
    if (server !== undefined) process.stderr.write(`The last that its server said:\n${server.lastWords()}`);
    return 1;
  } finally {
    await server?.close();
  }
}

function stopped(reason: unknown): number {
  const code = EXIT_CODES[String(reason)];
  if (code !== undefined) process.stderr.write('\nStopped. The server and its database are thrown away.\n');
  return code ?? 1;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
}

const stopping = new AbortController();
const stop = (why: unknown): void => {
  stopping.abort(why);
};
// Not once: npm passes a Ctrl-C on that the terminal has sent already, and the second one must not cut the tidying short.
for (const name of Object.keys(EXIT_CODES)) process.on(name, stop);
// Who reads along may go, as `head` does.
process.stdout.on('error', stop);
process.exitCode = await demo(stopping.signal);
