import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const FILE = /^```js (\S+)\n(.*?)^```$/gms;
const A_MINUTE = 60_000;

describe('docs/embed.md', () => {
  let folder: string;

  beforeAll(async () => {
    // Beside the server's sources, where every package that the programs import can be found.
    folder = await mkdtemp(join(root, 'apps/server/dist/embed-'));
    const page = await readFile(join(root, 'docs/embed.md'), 'utf8');
    for (const [, name = '', code = ''] of page.matchAll(FILE)) await writeFile(join(folder, name), code);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it(
    'holds a program that finds the gate complete, and ends without a word more',
    async () => {
      const run = promisify(execFile);
      const { stdout, stderr } = await run(process.execPath, [join(folder, 'embed.mjs')], { timeout: A_MINUTE });
      expect(stdout).toMatch(/^complete since \d{4}-\d\d-\d\dT[\d:.]+Z, moved by [0-9A-Z]{26}\n$/);
      expect(stderr).toBe('');
    },
    A_MINUTE,
  );

  it(
    'holds an Express app that serves the registry beside its own routes, and ends when told to',
    async () => {
      const env = { ...process.env, PORT: '0' };
      const server = spawn(process.execPath, [join(folder, 'server.mjs')], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(server, 'exit');
      try {
        const [printed] = (await once(server.stdout, 'data')) as [Buffer];
        const [url = '', key = ''] = printed.toString().trim().split(' ');
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' };
        const ask = async (path: string, body: object): Promise<readonly [number, unknown]> => {
          const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
          return [response.status, await response.json()];
        };
        const receiver = { name: 'tests', type: 'unit', version: '1', description: 'unit tests', schema: {} };
        expect(await ask('/api/v1/receivers', receiver)).toEqual([201, expect.objectContaining(receiver)]);
        expect(await ask('/mine', { a: 1 })).toEqual([200, { got: { a: 1 } }]);
      } finally {
        server.kill('SIGTERM');
      }
      expect(await ended).toEqual([0, null]);
    },
    A_MINUTE,
  );
});
