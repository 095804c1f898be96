import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @internal A server of its own in a folder of its own; both are gone after `close`. */
export interface ThrowAwayServer {
  readonly url: string;
  readonly key: string;
  readonly close: () => Promise<void>;
}

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
const START_MS = 60_000;

/** @internal Starts the server as an operator would, on a free port, with a database inside. */
export async function startThrowAwayServer(): Promise<ThrowAwayServer> {
  const folder = await mkdtemp(join(tmpdir(), 'xzepr-demo-'));
  const key = randomBytes(32).toString('base64url');
  const server = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      XZEPR__SERVER__PORT: '0',
      XZEPR__DATABASE__PATH: join(folder, 'data'),
      XZEPR__BOOTSTRAP__ADMIN_KEY: key,
      // GitHub describes a pull request in more words than a schema may have by default.
      XZEPR__LIMITS__SCHEMA_BYTES: '1048576',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(server, 'close');
  const close = async (): Promise<void> => {
    server.kill('SIGTERM');
    await closed;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { url: await addressOf(server), key, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function addressOf(server: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const address = /ready at (http:\S+?),/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    const fail = (): void => {
      clearTimeout(timer);
      reject(new Error(`the server did not start: ${said}`));
    };
    const timer = setTimeout(fail, START_MS);
    server.stdout?.on('data', listen);
    server.stderr?.on('data', listen);
    server.once('error', fail).once('close', fail);
  });
}
