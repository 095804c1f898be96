import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');
/** Beside the server's sources, where every package that the program imports can be found. */
const program = join(root, 'apps/server/embed.example.mjs');

describe('docs/embed.md', () => {
  afterEach(() => rm(program, { force: true }));

  it('holds a program that runs as it stands and finds the gate complete', async () => {
    const page = await readFile(join(root, 'docs/embed.md'), 'utf8');
    const code = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    await writeFile(program, code);
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 60_000 });
    expect(stdout).toMatch(/^complete since \d{4}-\d\d-\d\dT[\d:.]+Z, moved by [0-9A-Z]{26}\n$/);
  }, 90_000);
});
