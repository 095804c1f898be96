import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const planted: string[] = [];

async function plant(path: string, text: string): Promise<void> {
  planted.push(join(root, path));
  await writeFile(join(root, path), text);
}

function check(folder: string): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/check-boundaries.mjs', folder], { cwd: root }, (error, stdout) => {
      resolve({ code: error === null ? 0 : 1, output: stdout });
    });
  });
}

describe('the boundaries between packages', () => {
  afterEach(async () => {
    await Promise.all(planted.splice(0).map((path) => rm(path, { force: true })));
  });

  it.each([
    ['packages/core/src/domain/planted-by-test.ts', "import 'node:fs';\nexport {};\n", 'domain-stands-alone'],
    ['packages/core/src/ports/planted-by-test.ts', "import '../errors.js';\nexport {};\n", 'ports-know-the-domain'],
    ['packages/core/src/use-cases/planted-by-test.ts', "import 'node:net';\nexport {};\n", 'core-is-pure'],
    [
      'packages/http-express/src/planted-by-test.ts',
      "import '@xzepr/adapters-postgres';\nexport {};\n",
      'no-unresolvable',
    ],
    [
      'packages/adapters-node/src/planted-by-test.ts',
      "import '@xzepr/adapter-testkit';\nexport {};\n",
      'adapters-know',
    ],
  ])(
    'are noticed when %s steps over them',
    async (path, text, rule) => {
      await plant(path, text);
      const { code, output } = await check(path);
      expect(output).toContain(rule);
      expect(code).toBe(1);
    },
    60_000,
  );

  it('count as unchecked when there was nothing to check', async () => {
    expect((await check('docs')).code).toBe(1);
  }, 60_000);
});
