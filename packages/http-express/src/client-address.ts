import { isIP } from 'node:net';

import type { Request } from 'express';

/**
 * The address of the client, as the application's `trust proxy` setting says it is known.
 *
 * @internal
 */
export function addressOf(request: Request): string {
  const named = request.ip ?? '';
  // A proxy may be believed and still pass on what is no address: then the proxy's own is what is known.
  const address = isIP(named) === 0 ? (request.socket.remoteAddress ?? 'unknown') : named;
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
