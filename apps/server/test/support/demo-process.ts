import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DEMO = fileURLToPath(new URL('../../dist/demo.js', import.meta.url));
const WAIT_MS = 120_000;

/** The demo as a user starts it: a process of its own, with a folder of its own for what is temporary. */
export interface DemoProcess {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits until it has said `words`. */
  readonly said: (words: string) => Promise<void>;
  /** Waits until its server is there; resolves with the server's process id. */
  readonly serverStarted: () => Promise<number>;
  /** What a terminal does at Ctrl-C: a signal to the demo and to what is in its group. */
  readonly interrupt: () => void;
  readonly stopReading: () => void;
  readonly exitCode: Promise<number | null>;
  /** Files and processes that are there; none are, once it has ended well. */
  readonly leftBehind: () => readonly string[];
  /** Ends all that is left. */
  readonly dispose: () => void;
}

export function startDemo(environment: Readonly<Record<string, string>> = {}): DemoProcess {
  const folder = mkdtempSync(join(tmpdir(), 'xzepr-demo-test-'));
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [DEMO], {
    env: { PATH, HOME, TMPDIR: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  const until = async <T>(what: string, look: () => T | undefined): Promise<T> => {
    for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline;) {
      const seen = look();
      if (seen !== undefined) return seen;
      if (child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the demo never came to ${what}: ${output.stdout}${output.stderr}`);
  };
  const servers = (): readonly number[] => processesWith(`XZEPR__DATABASE__PATH=${folder}`);
  return {
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async said(words) {
      await until(words, () => output.stdout.includes(words) || undefined);
    },
    serverStarted: () => until('its server', () => servers()[0]),
    interrupt: () => process.kill(-(child.pid ?? Number.NaN), 'SIGINT'),
    stopReading: () => child.stdout.destroy(),
    exitCode,
    leftBehind: () => [...readdirSync(folder), ...servers().map((pid) => `process ${String(pid)}`)],
    dispose() {
      child.kill('SIGKILL');
      for (const pid of servers()) process.kill(pid, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The processes that were started with `setting` in their environment, as Linux tells them. */
function processesWith(setting: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environmentOf(pid).includes(setting))
    .map(Number);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    // It ended while we looked.
    return '';
  }
}
