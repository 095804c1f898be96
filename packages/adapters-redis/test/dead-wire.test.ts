import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { freePort } from '../../../test/embedded-postgres.ts';
import { startRedis, until } from '../../../test/redis.ts';
import type { TestRedis } from '../../../test/redis.ts';
import { openRedis, parseRedisUrl } from '../src/index.js';
import type { RedisUrl } from '../src/index.js';
import { openAt } from './harness.js';

const INSTALLING_MS = 180_000;
const A_MINUTE = 60_000;
const TEN = { name: 'ten', points: 10, windowSeconds: 60 };
const run = promisify(execFile);

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
}, INSTALLING_MS);
afterAll(() => server.stop());

interface Wire {
  readonly port: number;
  /** From now on the connections that there are swallow what they are sent; new ones work. */
  readonly goDead: () => void;
  readonly close: () => void;
}

/** A way to Redis that can die without a word, as when a machine loses its power. */
async function layWire(): Promise<Wire> {
  const sockets = new Set<Socket>();
  const wire = createServer((near) => {
    const far = connect(server.port, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
  });
  wire.listen(0, '127.0.0.1');
  await once(wire, 'listening');
  return {
    port: (wire.address() as AddressInfo).port,
    goDead() {
      for (const socket of sockets) socket.unpipe().resume();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      wire.close();
    },
  };
}

describe('openRedis', () => {
  it(
    'finds out that a connection is dead though it can still be written to, and makes another',
    async () => {
      const wire = await layWire();
      const one = openAt(`redis://127.0.0.1:${wire.port}`);
      try {
        await until(() => one.redis.health().kind === 'up', 'Redis answers');
        wire.goDead();
        await until(async () => {
          // Each writes to the dead connection, which keeps its idle timer from ever running out.
          await one.limiter.consume('a', TEN, 1);
          return one.redis.health().kind === 'down';
        }, 'it has noticed');
        await until(async () => {
          await one.limiter.consume('a', TEN, 1);
          return one.redis.health().kind === 'up' && one.insured.at(-1) === false;
        }, 'it counts in Redis again');
      } finally {
        await one.redis.close();
        wire.close();
      }
    },
    A_MINUTE,
  );

  it('speaks TLS with a server whose certificate it is told to trust, and with no other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xzepr-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=redis', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
    await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject]);
    const port = await freePort();
    const files = [`tls-cert-file ${cert}`, `tls-key-file ${key}`, `tls-ca-cert-file ${cert}`];
    const secure = await startRedis({ settings: [`tls-port ${port}`, 'tls-auth-clients no', ...files] });
    const url = parseRedisUrl(`rediss://127.0.0.1:${port}`) as RedisUrl;
    const trusting = openRedis(url, { tls: { ca: await readFile(cert, 'utf8') } });
    const wary = openRedis(url);
    try {
      await until(() => trusting.health().kind === 'up', 'the certificate is trusted');
      await sleep(1_000);
      expect(wary.health()).toMatchObject({ kind: 'down', error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
    } finally {
      await Promise.all([trusting.close(), wary.close()]);
      // What the one that was not let in leaves of the pause before its next try.
      await sleep(1_100);
      await secure.stop();
      await rm(folder, { recursive: true });
    }
  });
});
