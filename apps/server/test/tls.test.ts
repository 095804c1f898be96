import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from 'node:tls';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createTestDatabase } from '../../../test/postgres.ts';
import type { TestDatabase } from '../../../test/postgres.ts';
import { ADMIN_KEY, startServer } from './support/server-process.js';
import type { ServerProcess } from './support/server-process.js';

const pem = (name: string): string => fileURLToPath(new URL(`support/${name}.pem`, import.meta.url));

describe('a server with a certificate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xzepr-tls-'));
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  let database: TestDatabase;
  let server: ServerProcess;
  const use = (name: string): void => {
    copyFileSync(pem(`${name}-key`), keyFile);
    copyFileSync(pem(`${name}-cert`), certFile);
  };

  beforeAll(async () => {
    use('first');
    database = await createTestDatabase();
    server = await startServer({
      ...{ XZEPR__DATABASE__URL: database.url, XZEPR__BOOTSTRAP__ADMIN_KEY: ADMIN_KEY, XZEPR__INTERNAL__PORT: '0' },
      ...{ XZEPR__TLS__CERT_FILE: certFile, XZEPR__TLS__KEY_FILE: keyFile },
    });
  }, 60_000);
  afterAll(async () => {
    await server.end('SIGTERM');
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  const answer = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { 'x-api-key': ADMIN_KEY };
      request(`${server.url}/api/v1/receivers`, { rejectUnauthorized: false, agent: false, headers }, (response) => {
        response.resume();
        resolve(response);
      })
        .on('error', reject)
        .end();
    });
  const port = (): number => Number(new URL(server.url).port);
  /** The name in the certificate, or why there was no connection. */
  const shown = (options: { readonly maxVersion?: 'TLSv1.1' } = {}): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({
        port: port(),
        host: '127.0.0.1',
        rejectUnauthorized: false,
        minVersion: 'TLSv1',
        ...options,
      });
      socket.once('error', (error: Error & { code?: string }) => {
        resolve(error.code ?? error.message);
      });
      socket.once('secureConnect', () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
    });

  it('is served by https, and tells browsers to come by nothing else', async () => {
    expect(server.url).toMatch(/^https:/);
    const { statusCode, headers } = await answer();
    expect(statusCode).toBe(200);
    expect(headers['strict-transport-security']).toMatch(/^max-age=31536000/);
  });

  it('does not speak versions of TLS that are broken', async () => {
    expect(await shown({ maxVersion: 'TLSv1.1' })).not.toMatch(/localhost/);
  });

  it('takes up a certificate that is renewed, and goes on with the one before while a renewal is half done', async () => {
    expect(await shown()).toBe('first.localhost');
    copyFileSync(pem('second-cert'), certFile);
    await server.said(/the certificate cannot be used; the one before stays/, 20_000);
    expect(await shown()).toBe('first.localhost');
    copyFileSync(pem('second-key'), keyFile);
    await server.said(/the certificate was read again/, 20_000);
    expect(await shown()).toBe('second.localhost');
  }, 60_000);
});
