import { linkSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Another process has the embedded database. */
export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError';
  constructor(folder: string, pid: number) {
    super(
      `the database in ${folder} is in use by process ${String(pid)}; stop that one, or set XZEPR__DATABASE__PATH or XZEPR__DATABASE__URL`,
    );
  }
}

/**
 * Takes the folder of the embedded database for this process, by a file beside it: two processes on one folder lose rows
 * without a word. A lock is taken over only when the process that holds it is dead, never because it is old.
 *
 * @returns what gives it back
 * @throws FolderLockedError a living process has it
 */
export function lockFolder(folder: string): () => void {
  // Its own: PGlite writes files that every user of the machine may read and write.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Whatever way leads to the folder, the lock is beside the folder itself.
  const path = `${realpathSync(folder)}.lock`;
  const owner = `${String(process.pid)} ${startOf(process.pid)}`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (written(path, owner)) {
      return () => {
        release(path, owner);
      };
    }
    const holder = contentOf(path);
    const [pid = '', start = ''] = holder.split(' ');
    if (isAlive(Number(pid), start)) throw new FolderLockedError(folder, Number(pid));
    takeAway(path, holder);
  }
  throw new FolderLockedError(folder, Number(contentOf(path).split(' ')[0]));
}

/** The file is there with all that it says, or not at all. */
function written(path: string, owner: string): boolean {
  const draft = `${path}.${String(process.pid)}`;
  writeFileSync(draft, owner, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Takes the lock of a dead process away; when that was faster than another who took it over, gives theirs back. */
function takeAway(path: string, holder: string): void {
  const aside = `${path}.${String(process.pid)}.dead`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if (contentOf(aside) !== holder) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function release(path: string, owner: string): void {
  if (contentOf(path) === owner) rmSync(path, { force: true });
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return '';
    throw error;
  }
}

/** A process id is used again after a while; where the system tells, the time it started tells the two apart. */
function isAlive(pid: number, start: string): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return isCode(error, 'EPERM');
  }
  return start === '' || startOf(pid) === '' || startOf(pid) === start;
}

function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    // Not Linux, or the process is gone: there is nothing to compare.
    return '';
  }
}
