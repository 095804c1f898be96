import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createTestDatabase } from '../../../test/postgres.ts';
import type { TestDatabase } from '../../../test/postgres.ts';
import { startServer } from '../../server/test/support/server-process.js';
import type { ServerProcess } from '../../server/test/support/server-process.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const PASSWORD = 'a long sentence of hers';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('xzepr-admin', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  const environment = (): Record<string, string> => ({
    ...{ XZEPR__DATABASE__URL: database.url, XZEPR__BOOTSTRAP__ADMIN_KEY: 'an-admin-key-that-only-the-tests-have' },
    XZEPR__INTERNAL__PORT: '0',
  });

  async function admin(args: readonly string[], input = ''): Promise<Ended> {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH, HOME, ...environment() } });
    const ended = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (ended.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (ended.stderr += chunk.toString()));
    child.stdin.end(input);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...ended };
  }
  const json = async (...args: readonly string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await admin(['--json', ...args]);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startServer(environment());
  }, 60_000);
  afterAll(async () => {
    await server.end('SIGTERM');
    await database.drop();
  });

  it('makes a user whose password comes from standard input, who can sign in and is shown', async () => {
    const made = await admin(['users', 'create', 'Alice', '--role', 'event_manager'], `${PASSWORD}\n`);
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.stdout).not.toContain(PASSWORD);
    const body = { username: 'alice', password: PASSWORD };
    expect((await server.ask('/api/v1/auth/login', { method: 'POST', body })).status).toBe(200);
    expect(await json('users', 'show', 'ALICE')).toMatchObject({ username: 'Alice', roles: ['event_manager'] });
    expect((await admin(['users', 'list'])).stdout).toContain('Alice');
  }, 30_000);

  it('changes roles and shuts a user out while the server runs', async () => {
    expect(await json('users', 'roles', 'alice', 'event_viewer', 'user')).toMatchObject({
      roles: ['event_viewer', 'user'],
    });
    expect(await json('users', 'disable', 'alice')).toMatchObject({ enabled: false });
    const body = { username: 'alice', password: PASSWORD };
    expect((await server.ask('/api/v1/auth/login', { method: 'POST', body })).status).toBe(401);
    expect(await json('users', 'enable', 'alice')).toMatchObject({ enabled: true });
  }, 30_000);

  it('makes, rotates and revokes a key', async () => {
    const status = async (key: string): Promise<number> => (await server.ask('/api/v1/receivers', { key })).status;
    const made = (await json('keys', 'create', 'ci', '--role', 'event_reporter', '--owner', 'alice')) as Record<
      string,
      string
    >;
    const key = made['key'] ?? '';
    expect(await status(key)).toBe(200);
    const rotated = (await json('keys', 'rotate', made['id'] ?? '', '--overlap', '0')) as Record<string, string>;
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect([await status(key), await status(rotated['key'] ?? '')]).toEqual([401, 200]);
    await json('keys', 'revoke', made['id'] ?? '');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(await status(rotated['key'] ?? '')).toBe(401);
  }, 30_000);

  it('adds a signing key, and shows nothing secret of any', async () => {
    await json('signing-keys', 'rotate');
    const keys = (await json('signing-keys', 'list')) as readonly Record<string, unknown>[];
    expect(keys).toHaveLength(2);
    expect(JSON.stringify(keys)).not.toMatch(/PRIVATE|material/);
  }, 30_000);

  it('leaves what it does in the audit log', async () => {
    const kinds = ((await json('audit', '--actor', 'xzepr-admin')) as readonly { kind: string }[]).map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(
      expect.arrayContaining(['user.created', 'user.disabled', 'api_key.rotated', 'signing_key.added']),
    );
  }, 30_000);

  it.each([
    [['frobnicate'], 2, /unknown command/],
    [['users', 'show', 'nobody'], 2, /there is no user nobody/],
    [['keys', 'revoke', 'nonsense'], 2, /is not the id of a key/],
    [['users', 'create', 'bob', '--role', 'king', '--no-password'], 1, /\/roles\/0 must be one of/],
    [['users', 'create', 'ALICE', '--role', 'user', '--no-password'], 1, /already has this username/],
  ])(
    'ends %j with %d and says why',
    async (args, code, message) => {
      const ended = await admin(args);
      expect(ended.code).toBe(code);
      expect(ended.stderr).toMatch(message);
    },
    30_000,
  );

  it('takes no password that is weak, and none as an argument', async () => {
    const weak = await admin(['users', 'create', 'carol', '--role', 'user'], 'short\n');
    expect([weak.code, weak.stderr]).toEqual([1, expect.stringContaining('/password must have 12 to 256 characters')]);
    expect((await admin(['users', 'password', 'alice', 'a-password-as-an-argument'])).code).toBe(2);
  }, 30_000);
});
