#!/usr/bin/env node
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { SchemaTooNewError } from '@xzepr/adapters-postgres';
import { isRegistryError } from '@xzepr/core';

import { compose } from './compose.js';
import type { Composition } from './compose.js';
import { FolderLockedError } from './folder-lock.js';
import { errorFields, log } from './log.js';
import { ConfigError, loadSettings } from './settings/load-settings.js';
import type { LoadedSettings } from './settings/load-settings.js';
import type { Settings } from './settings/settings.js';
import { shownSettings } from './settings/show-settings.js';
import { openStore } from './store.js';
import { VERSION } from './version.js';
import { welcome } from './welcome.js';

const USAGE = `xzepr-server            serves the registry
xzepr-server migrate    brings the database to this version, and ends
xzepr-server config     shows the settings in effect and where each comes from, and ends
xzepr-server --version

Settings come from the file that XZEPR__CONFIG names, from XZEPR__… variables, and from flags like --server.port=8080.
`;
const RETRY_MS = 1_000;

async function main(): Promise<void> {
  expectNode();
  const args = process.argv.slice(2);
  const command = args[0] === undefined || isFlag(args[0]) ? 'serve' : args[0];
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (run === undefined) throw new ConfigError(`${command} is not a command\n${USAGE}`);
  await run(command === 'serve' ? args : args.slice(1));
}

/** What else begins with dashes is a setting. */
function isFlag(arg: string): boolean {
  return arg.startsWith('--') && arg !== '--version' && arg !== '--help';
}

const COMMANDS: Readonly<Record<string, (flags: readonly string[]) => Promise<void>>> = {
  serve: (flags) => serve(settingsFrom(flags)),
  migrate: (flags) => migrate(settingsFrom(flags)),
  config: (flags) => print(shownSettings(loadSettings(process.env, flags))),
  '--version': () => print(`${VERSION}\n`),
  '--help': () => print(USAGE),
};

function print(text: string): Promise<void> {
  process.stdout.write(text);
  return Promise.resolve();
}

function settingsFrom(flags: readonly string[]): Settings {
  const loaded = loadSettings(process.env, flags);
  warn(loaded);
  return loaded.settings;
}

function warn({ withoutEffect, warnings }: LoadedSettings): void {
  for (const name of withoutEffect) log('warn', `${name} is taken, but has no effect in this version`);
  for (const warning of warnings) log('warn', `not for production: ${warning}`);
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
  const { server, internal } = composition;
  endOnSignals(composition);
  await listening(server, settings.server);
  await listening(internal, settings.internal).catch(withoutInternal);
  const { port } = server.address() as AddressInfo;
  const key = await started(composition);
  process.stdout.write(welcome(settings, port, key));
}

async function listening(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

/** Two servers on one machine are fine: the second one's internal listener needs a port of its own, and is not worth failing for. */
function withoutInternal(error: unknown): void {
  log('warn', 'there is no internal listener; set XZEPR__INTERNAL__PORT to a free port', errorFields(error));
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
  // Passwords are hashed by what Node has of its own since then.
  if (major > 24 || (major === 24 && minor >= 7)) return;
  throw new ConfigError(`Node 24.7 or later is needed; this is ${process.versions.node}`);
}

main().catch((error: unknown) => {
  const expected = [ConfigError, FolderLockedError, SchemaTooNewError].some((type) => error instanceof type);
  if (expected && error instanceof Error) process.stderr.write(`${error.message}\n`);
  else log('error', 'the server could not start', errorFields(error));
  process.exit(1);
});
