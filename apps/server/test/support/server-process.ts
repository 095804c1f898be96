import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const START_MS = 60_000;

export type Environment = Readonly<Record<string, string>>;

/** A run of the server's command to its end. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The server as operators run it: a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly process: ChildProcess;
  readonly output: () => string;
  /** The lines of its log that tell of an error. */
  readonly errors: () => readonly string[];
  readonly ask: (path: string, options?: Asking) => Promise<Response>;
  /** Waits until its output has what is looked for. */
  readonly said: (what: RegExp, withinMs: number) => Promise<void>;
  /** Ends it by a signal, and resolves with its exit code. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
}

export interface Asking {
  readonly key?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export const ADMIN_KEY = 'an-admin-key-that-only-the-tests-have';

export async function runServer(environment: Environment, ...args: readonly string[]): Promise<Ended> {
  const { child, output } = spawned(environment, args);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

/** Starts the server and waits until it says that it is ready. */
export async function startServer(environment: Environment): Promise<ServerProcess> {
  const { child, output } = spawned({ XZEPR__SERVER__PORT: '0', ...environment }, []);
  const deadline = Date.now() + START_MS;
  let url: string | undefined;
  while ((url = /ready at (https?:\S+?),/.exec(output.stdout)?.[1]) === undefined) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the server did not start: ${output.stdout}${output.stderr}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const address = url;
  return {
    url: address,
    process: child,
    output: () => output.stdout + output.stderr,
    errors: () => (output.stdout + output.stderr).split('\n').filter((line) => line.includes('"level":"error"')),
    ask: (path, options) => asked(address + path, options),
    async said(what, withinMs) {
      const end = Date.now() + withinMs;
      while (!what.test(output.stdout + output.stderr)) {
        if (Date.now() > end) throw new Error(`it did not say ${String(what)}: ${output.stdout}${output.stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const closed = once(child, 'close') as Promise<[number | null]>;
      child.kill(signal);
      return (await closed)[0];
    },
  };
}

function spawned(environment: Environment, args: readonly string[]) {
  const { PATH, HOME, TMPDIR } = process.env;
  const inherited = Object.fromEntries(
    Object.entries({ PATH, HOME, TMPDIR }).filter(([, value]) => value !== undefined),
  );
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...inherited, ...environment },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  return { child, output };
}

function asked(url: string, { key = ADMIN_KEY, method = 'GET', headers, body }: Asking = {}): Promise<Response> {
  return fetch(url, {
    method,
    headers: { 'x-api-key': key, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
}
