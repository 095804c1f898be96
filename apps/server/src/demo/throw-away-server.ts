import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @internal A server of its own in a folder of its own; both are gone after `close`. */
export interface ThrowAwayServer {
  readonly url: string;
  readonly key: string;
  /** The end of its log. */
  readonly lastWords: () => string;
  readonly close: () => Promise<void>;
}

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
const START_MS = 60_000;
const KILL_MS = 5_000;
const WORDS_KEPT = 4_000;

/** @internal Starts the server as an operator would, on a free port, with a database inside and its settings as they come. */
export async function startThrowAwayServer(signal: AbortSignal): Promise<ThrowAwayServer> {
  const folder = await mkdtemp(join(tmpdir(), 'xzepr-demo-'));
  const key = randomBytes(32).toString('base64url');
  const server = spawn(process.execPath, [MAIN], {
    env: environmentOf(folder, key),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C in the terminal is for the demo, which ends its server itself and knows why it went.
    detached: true,
  });
  const gone = new Promise((resolve) => server.once('close', resolve).once('error', resolve));
  const close = async (): Promise<void> => {
    server.kill('SIGTERM');
    const late = setTimeout(() => server.kill('SIGKILL'), KILL_MS);
    await gone;
    clearTimeout(late);
    await rm(folder, { recursive: true, force: true });
  };
  const log = logOf(server);
  try {
    return { url: await addressOf(server, log, signal), key, lastWords: log, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Without the settings of a real server, whose database the demo must not reach. */
function environmentOf(folder: string, key: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('XZEPR__'));
  return {
    ...Object.fromEntries(others),
    XZEPR__SERVER__PORT: '0',
    XZEPR__DATABASE__PATH: join(folder, 'data'),
    XZEPR__BOOTSTRAP__ADMIN_KEY: key,
  };
}

function logOf(server: ChildProcess): () => string {
  let words = '';
  const listen = (chunk: Buffer): void => {
    words = (words + chunk.toString()).slice(-WORDS_KEPT);
  };
  server.stdout?.on('data', listen);
  server.stderr?.on('data', listen);
  return () => words;
}

function addressOf(server: ChildProcess, log: () => string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      clearTimeout(timer);
      reject(new Error(`the server did not start: ${log()}`));
    };
    const timer = setTimeout(fail, START_MS);
    server.stdout?.on('data', () => {
      const address = /ready at (http:\S+?),/.exec(log())?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
    server.once('error', fail).once('close', fail);
    signal.addEventListener('abort', fail, { once: true });
    if (signal.aborted) fail();
  });
}
