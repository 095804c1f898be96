import { readFileSync, watchFile, unwatchFile } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';

import { SERVER_OPTIONS } from '@xzepr/http-express';

import { errorFields, log } from './log.js';
import type { Settings } from './settings/settings.js';

const LOOK_MS = 5_000;

/** The server, with TLS where the settings name a certificate. A certificate that is renewed is taken up without a restart. */
export function createServer(
  app: RequestListener,
  tls: Settings['tls'],
): { readonly server: Server; readonly close: () => void } {
  if (tls === undefined) return { server: createHttpServer(SERVER_OPTIONS, app), close: () => undefined };
  const server = createTlsServer({ ...SERVER_OPTIONS, ...certificate(tls), minVersion: 'TLSv1.2' }, app);
  const reload = (): void => {
    try {
      server.setSecureContext(certificate(tls));
      log('info', 'the certificate was read again');
    } catch (error) {
      // Half of a renewal: certificate and key do not fit yet. The one before goes on being served.
      log('error', 'the certificate cannot be used; the one before stays', errorFields(error));
    }
  };
  const files = [tls.certFile, tls.keyFile];
  for (const file of files) watchFile(file, { interval: LOOK_MS, persistent: false }, reload);
  return {
    server,
    close: () => {
      for (const file of files) unwatchFile(file, reload);
    },
  };
}

function certificate({ certFile, keyFile }: NonNullable<Settings['tls']>): SecureContextOptions {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}
