import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';

/** A server that the bench started and ends. */
export interface Child {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const START_MS = 30_000;
const POLL_MS = 50;

/** Starts `node file` with `PORT` and `env` set, and waits until `readyPath` answers 200. */
export async function startServer(
  file: string,
  env: Readonly<Record<string, string>>,
  readyPath: string,
): Promise<Child> {
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const own = { PORT: String(port), XZEPR__SERVER__PORT: String(port) };
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, ...env, ...own },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await ready(`${url}${readyPath}`, child);
  return { url, pid: child.pid ?? 0, stop: () => ended(child) };
}

/** Resident memory of a process in MiB, as Linux counts it. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1_024;
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${String(child.exitCode)} before it was ready`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  await ended(child);
  throw new Error(`no answer from ${url} within ${String(START_MS / 1_000)} s`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
