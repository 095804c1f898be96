import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import * as kit from '../src/index.js';

const PACKAGE = join(import.meta.dirname, '..');
const PAGE = join(PACKAGE, '../../docs/write-an-adapter.md');
const FILE = /^```js (\S+)\n(.*?)^```$/gms;
const A_MINUTE = 60_000;

const run = promisify(execFile);

/** Inside the package, where the names of the packages mean what they mean to a reader who has installed them. */
async function withTutorial<T>(work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(join(PACKAGE, 'dist'), { recursive: true });
  const folder = await mkdtemp(join(PACKAGE, 'dist', 'tutorial-'));
  try {
    const page = await readFile(PAGE, 'utf8');
    for (const [, name = '', code = ''] of page.matchAll(FILE)) await writeFile(join(folder, name), code);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Without what jest sets: a test runner that finds itself inside another behaves differently. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _context, ...rest } = process.env;
  return rest;
}

describe('docs/write-an-adapter.md', () => {
  it(
    'ends in a green kit',
    async () => {
      const { stdout } = await withTutorial((folder) =>
        run(process.execPath, ['--test', '--test-reporter=tap'], {
          cwd: folder,
          env: environment(),
          maxBuffer: 2 ** 26,
        }),
      );
      expect(stdout).toMatch(/^# fail 0$/m);
      expect(stdout).toContain('ok 2 - makes each greater than the one before');
      expect(Number(/^# tests (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(200);
    },
    A_MINUTE,
  );

  it('names no suite that the kit does not have', async () => {
    const named = (await readFile(PAGE, 'utf8')).match(/\b\w+Contract\b/g) ?? [];
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !(name in kit))).toEqual([]);
  });

  it('says what happens when the ids do not increase', async () => {
    const failing = withTutorial(async (folder) => {
      const file = join(folder, 'my-ids.mjs');
      const broken = (await readFile(file, 'utf8')).replace('fresh > last ? fresh : last + 1n', 'fresh');
      await writeFile(file, broken);
      await run(process.execPath, ['--test', 'my-ids.test.mjs'], { cwd: folder, env: environment() });
    });
    await expect(failing).rejects.toMatchObject({
      stdout: expect.stringMatching(/✖ makes each greater than the one before/),
    });
  });
});
