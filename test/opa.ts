import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from './embedded-postgres.ts';

const run = promisify(execFile);
const VERSION = 'v1.22.2';
const MODULE = `github.com/open-policy-agent/opa@${VERSION}`;
const READY_MS = 20_000;

/** A real Open Policy Agent that the tests started. */
export interface TestOpa {
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends it as a crash would. */
  readonly kill: () => Promise<void>;
  /** Starts it again, with the same policies on the same port. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * The program `opa`, built from source by Go the first time (some minutes), then kept in the user's cache folder.
 *
 * @throws Error it cannot be had; there is no stand-in for it
 */
export async function opaProgram(): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'xzepr');
  const folder = join(cache, `opa-${VERSION}`);
  const program = join(folder, 'opa');
  if (await isThere(program)) return program;
  await mkdir(cache, { recursive: true });
  const building = await mkdtemp(join(cache, 'opa-building-'));
  try {
    await run('go', ['install', MODULE], { env: { ...process.env, GOBIN: building }, maxBuffer: 64 * 1_024 * 1_024 });
    await mkdir(folder, { recursive: true });
    await rename(join(building, 'opa'), program);
  } catch (error) {
    const why = `the tests of the access policy need Open Policy Agent ${VERSION}, which Go builds from source; install Go`;
    throw new Error(`${why} so that "go install ${MODULE}" works, or put the program at ${program}`, { cause: error });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return program;
}

/** Starts it as a server on a free port of loopback, with what is in `policies` except the tests. */
export async function startOpa(policies: string): Promise<TestOpa> {
  const program = await opaProgram();
  const address = `127.0.0.1:${String(await freePort())}`;
  const flags = ['run', '--server', '--addr', address, '--skip-version-check', '--log-level', 'error'];
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(program, [...flags, '--ignore', '*_test.rego', policies], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const output of [child.stdout, child.stderr]) {
      output.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
    }
    await ready(`http://${address}/health`, child).catch((error: unknown) => {
      throw new Error(`opa does not start: ${said}`, { cause: error });
    });
    return child;
  };
  let child = await start();
  return {
    url: `http://${address}`,
    kill: () => ended(child, 'SIGKILL'),
    async restart() {
      child = await start();
    },
    stop: () => ended(child, 'SIGTERM'),
  };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    if (child.exitCode !== null) throw new Error(`opa ended with ${String(child.exitCode)} before it was ready`);
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`opa was not ready within ${String(READY_MS)} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exit;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
