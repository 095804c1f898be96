#!/usr/bin/env node
import type { AddressInfo } from 'node:net';

import { SchemaTooNewError } from '@xzepr/adapters-postgres';
import { isRegistryError } from '@xzepr/core';

import { compose } from './compose.js';
import type { Composition } from './compose.js';
import { ConfigError, loadConfig } from './config.js';
import { FolderLockedError } from './folder-lock.js';
import { errorFields, log } from './log.js';
import type { Settings } from './settings.js';
import { openStore } from './store.js';
import { VERSION } from './version.js';
import { welcome } from './welcome.js';

const USAGE = `xzepr-server            serves the registry; settings come from XZEPR__… variables
xzepr-server migrate    brings the database to this version, and ends
xzepr-server --version
`;
const RETRY_MS = 1_000;

async function main(): Promise<void> {
  expectNode();
  const [command] = process.argv.slice(2);
  if (command === '--version' || command === '--help') {
    process.stdout.write(command === '--help' ? USAGE : `${VERSION}\n`);
    return;
  }
  if (command !== undefined && command !== 'migrate') throw new ConfigError(`${command} is not a command\n${USAGE}`);
  const settings = loadConfig(process.env);
  for (const name of settings.withoutEffect) log('warn', `${name} is taken, but has no effect in this version`);
  await (command === 'migrate' ? migrate(settings) : serve(settings));
}

async function migrate(settings: Settings): Promise<void> {
  const store = openStore(settings);
  try {
    const { applied } = await store.migrate();
    process.stdout.write(applied.length === 0 ? 'nothing to do\n' : `done: ${applied.join(', ')}\n`);
  } finally {
    await store.close();
  }
}

async function serve(settings: Settings): Promise<void> {
  const composition = compose(settings);
  const { server } = composition;
  endOnSignals(composition);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.server.port, settings.server.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const key = await started(composition);
  process.stdout.write(welcome(settings, port, key));
}

/** A database that does not answer yet is waited for: the server lives, and says that it is not ready. */
async function started(composition: Composition): Promise<string | undefined> {
  for (;;) {
    try {
      return await composition.start();
    } catch (error) {
      if (!isRegistryError(error) || error.code !== 'STORE_UNAVAILABLE') throw error;
      log('warn', 'the database does not answer; trying again', { reason: String(error.cause) });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** The first signal lets what is under way end, the second ends at once. */
function endOnSignals(composition: Composition): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log('info', `${signal}: ending`);
    composition.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log('error', 'ending went wrong', errorFields(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

function expectNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return;
  throw new ConfigError(`Node 22.18 or later is needed; this is ${process.versions.node}`);
}

main().catch((error: unknown) => {
  const expected = [ConfigError, FolderLockedError, SchemaTooNewError].some((type) => error instanceof type);
  if (expected && error instanceof Error) process.stderr.write(`${error.message}\n`);
  else log('error', 'the server could not start', errorFields(error));
  process.exit(1);
});
