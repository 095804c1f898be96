import { execFile } from 'node:child_process';
import { access, chmod, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLICY = '/usr/sbin/policy-rc.d';
const FORBID_STARTING = '#!/bin/sh\nexit 101\n';

/**
 * Sees to it that there are `redis-server` and `redis-cli`: those on the path, else Debian's, if this user may install them.
 *
 * @throws Error they cannot be had; there is no stand-in for them
 */
export async function ensureRedis(): Promise<void> {
  if (await isThere()) return;
  if (process.getuid?.() !== 0)
    throw new Error('the tests need redis-server and redis-cli on the path; install them (Debian: redis-server)');
  try {
    await withoutServices(async () => {
      const quiet = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 2 ** 26 };
      // `update` does not wait for the lock on its lists: the files that run side by side queue up here.
      const inTurn = ['--timeout', '300', '/var/lib/apt', 'apt-get', '-o', 'DPkg::Lock::Timeout=120'];
      await run('flock', [...inTurn, 'update'], quiet);
      await run('flock', [...inTurn, 'install', '-y', '--no-install-recommends', 'redis-server'], quiet);
    });
  } catch (cause) {
    if (await isThere()) return;
    throw new Error('the tests need redis-server, and apt-get cannot install it', { cause });
  }
}

async function isThere(): Promise<boolean> {
  return Promise.all([run('redis-server', ['--version']), run('redis-cli', ['--version'])]).then(
    () => true,
    () => false,
  );
}

/** Debian starts what it installs, unless this file says otherwise: nobody here wants a Redis on port 6379. */
async function withoutServices(install: () => Promise<void>): Promise<void> {
  const isSet = await access(POLICY).then(
    () => true,
    () => false,
  );
  if (isSet) return install();
  await writeFile(POLICY, FORBID_STARTING);
  await chmod(POLICY, 0o755);
  try {
    await install();
  } finally {
    await rm(POLICY, { force: true });
  }
}
