import type { Request } from 'express';

/**
 * The address of the client, as the application's `trust proxy` setting says it is known.
 *
 * @internal
 */
export function addressOf(request: Request): string {
  return (request.ip ?? 'unknown').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
