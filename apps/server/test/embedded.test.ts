import { mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { eventOf, makeReceiver } from './support/registry.js';
import { runServer, startServer } from './support/server-process.js';
import type { ServerProcess } from './support/server-process.js';

jest.setTimeout(60_000);

describe('the embedded default', () => {
  let folder: string;
  const running: ServerProcess[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'xzepr-embedded-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.end('SIGKILL')));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const environment = (name: string) => ({ XZEPR__DATABASE__PATH: join(folder, name) });
  const start = async (name: string): Promise<ServerProcess> => {
    const server = await startServer(environment(name));
    running.push(server);
    return server;
  };
  const keyIn = (server: ServerProcess): string => {
    const key = /X-API-Key: (\S+)'/.exec(server.output())?.[1];
    if (key === undefined) throw new Error(`no key was shown: ${server.output()}`);
    return key;
  };

  it('shows a first key once, which is let in, and keeps what was answered through kill -9', async () => {
    const first = await start('kept');
    const key = keyIn(first);
    const withKey = { ...first, ask: (path: string, options = {}) => first.ask(path, { key, ...options }) };
    const receiver = await makeReceiver(withKey, 'a');
    const posted = await withKey.ask('/api/v1/events', { method: 'POST', body: eventOf(receiver, '1') });
    expect(posted.status).toBe(201);
    const event = await posted.text();
    await first.end('SIGKILL');

    const second = await start('kept');
    expect(second.output()).not.toContain('X-API-Key');
    const read = await second.ask(posted.headers.get('location') ?? '', { key });
    expect([read.status, await read.text()]).toEqual([200, event]);
  });

  it('keeps its folder from the other users of the machine', async () => {
    await start('private');
    expect(statSync(join(folder, 'private')).mode & 0o077).toBe(0);
  });

  it('is for one process: a second one is told who has it, and the first goes on', async () => {
    const first = await start('shared');
    symlinkSync(join(folder, 'shared'), join(folder, 'another-way'));
    for (const way of ['shared', 'another-way']) {
      const second = await runServer({ ...environment(way), XZEPR__SERVER__PORT: '0' });
      expect(second.code).toBe(1);
      expect(second.stderr).toContain(`in use by process ${String(first.process.pid)}`);
    }
    expect((await first.ask('/health/ready')).status).toBe(200);
  });

  it('answers whoever is still sending what it has refused', async () => {
    const server = await start('refusing');
    const answers: number[] = [];
    for (let time = 0; time < 8; time += 1) {
      const asking = { key: 'unknown', method: 'POST', body: 'x'.repeat(12_000_000) };
      answers.push((await server.ask('/api/v1/receivers', asking)).status);
    }
    expect(answers).toEqual(Array.from({ length: 8 }, () => 401));
  });

  it('ends at a signal with what it holds given back', async () => {
    const first = await start('ended');
    expect(await first.end('SIGTERM')).toBe(0);
    expect((await (await start('ended')).ask('/health/ready')).status).toBe(200);
  });
});
