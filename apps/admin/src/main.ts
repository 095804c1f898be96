#!/usr/bin/env node
import { isRegistryError } from '@xzepr/core';
import { ConfigError, FolderLockedError } from '@xzepr/server';
import { CommanderError } from 'commander';

import { adminProgram } from './program.js';
import { UsageError } from './usage-error.js';

/** 0 done, 1 refused or failed, 2 not understood. */
const [FAILED, NOT_UNDERSTOOD] = [1, 2];

function exitCodeOf(error: unknown): number {
  // Commander has said it already; asking for help is no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : NOT_UNDERSTOOD;
  process.stderr.write(`${wordsFor(error)}\n`);
  return error instanceof UsageError ? NOT_UNDERSTOOD : FAILED;
}

/** What is expected is said in a line, what is not with where it happened. */
function wordsFor(error: unknown): string {
  if (isRegistryError(error)) {
    return [error.message, ...error.problems.map(({ pointer, detail }) => `  ${pointer} ${detail}`)].join('\n');
  }
  if (!(error instanceof Error)) return String(error);
  const isExpected = [UsageError, ConfigError, FolderLockedError].some((type) => error instanceof type);
  return isExpected ? error.message : (error.stack ?? error.message);
}

try {
  await adminProgram().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
