#!/usr/bin/env node
import { apiOf } from './demo/api.js';
import { tellStory } from './demo/story.js';
import { startThrowAwayServer } from './demo/throw-away-server.js';

const server = await startThrowAwayServer();
let stopped: NodeJS.Signals | undefined;
const stop = (signal: NodeJS.Signals): void => {
  stopped ??= signal;
  void server.close().then(() => process.exit(130));
};
process.once('SIGINT', stop).once('SIGTERM', stop);
try {
  await tellStory(apiOf(server));
} catch (error) {
  if (stopped === undefined) {
    process.exitCode = 1;
    process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  }
} finally {
  if (stopped === undefined) await server.close();
}
