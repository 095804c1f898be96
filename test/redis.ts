import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { freePort } from './embedded-postgres.ts';
import { ensureRedis } from './redis-install.ts';

/** A real Redis on a port of loopback that a test started. It keeps nothing on disk. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** What `redis-cli` prints for a command. */
  readonly ask: (...command: readonly string[]) => Promise<string>;
  /** Ends it at once, as a crash would. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port, empty. */
  readonly restart: () => Promise<void>;
  /** Makes it hang: connections stay, answers do not come. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly stop: () => Promise<void>;
}

export interface RedisOptions {
  /** Lines of redis.conf. */
  readonly settings?: readonly string[];
  readonly mode?: 'server' | 'sentinel';
  readonly port?: number;
  readonly password?: string;
}

const run = promisify(execFile);
const PATIENCE_MS = 20_000;

/**
 * Starts Redis on a free port, with a folder of its own.
 *
 * @throws Error it cannot be had; there is no stand-in for it
 */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const { settings = [], mode = 'server', port = await freePort(), password } = options;
  await ensureRedis();
  const directory = await mkdtemp(join(tmpdir(), 'xzepr-redis-'));
  const file = join(directory, 'redis.conf');
  const guarded = password === undefined ? [] : [`requirepass "${password}"`, `masterauth "${password}"`];
  const common = [`port ${port}`, 'bind 127.0.0.1', `dir ${directory}`, `pidfile ${join(directory, 'pid')}`];
  const unkept = mode === 'server' ? ['save ""', 'appendonly no'] : [];
  await writeFile(file, [...common, ...unkept, ...guarded, ...settings, ''].join('\n'));

  const env = { ...process.env, ...(password !== undefined && { REDISCLI_AUTH: password }) };
  const ask = async (...command: readonly string[]): Promise<string> =>
    (await run('redis-cli', ['-p', String(port), ...command], { timeout: 5_000, env })).stdout.trim();
  const start = (): Promise<ChildProcess> => startProcess([file, ...(mode === 'sentinel' ? ['--sentinel'] : [])], ask);
  let server = await start();

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    ask,
    async kill() {
      await end(server, 'SIGKILL');
    },
    async restart() {
      await end(server, 'SIGKILL');
      server = await start();
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async stop() {
      await end(server, 'SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function startProcess(parameters: readonly string[], ask: TestRedis['ask']): Promise<ChildProcess> {
  const server = spawn('redis-server', parameters, { stdio: 'ignore' });
  const endWithUs = (): void => void server.kill('SIGKILL');
  process.once('exit', endWithUs);
  server.once('exit', () => process.off('exit', endWithUs));
  await until(async () => {
    if (server.exitCode !== null) throw new Error(`redis-server ended with exit code ${server.exitCode}`);
    return (await ask('ping')) === 'PONG';
  }, 'Redis answers').catch(async (error: unknown) => {
    await end(server, 'SIGKILL');
    throw error;
  });
  return server;
}

/** A stopped process does not notice SIGTERM: it is continued first. */
async function end(server: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGCONT');
  server.kill(signal);
  const hurry = setTimeout(() => server.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(hurry);
}

/** Asks every 50 ms until it is so; what it throws meanwhile is told when time is up. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const over = performance.now() + PATIENCE_MS;
  let cause: unknown;
  while (performance.now() < over) {
    try {
      if (await isSo()) return;
    } catch (error) {
      cause = error;
    }
    await sleep(50);
  }
  throw new Error(`waited in vain until ${what}`, { cause });
}
