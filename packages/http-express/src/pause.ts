import { setTimeout } from 'node:timers/promises';

import type { Response } from 'express';

/** @internal Waits, but no longer than the client stays. */
export async function pause(ms: number, response: Response): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => {
    gone.abort();
  };
  response.once('close', leave);
  try {
    await setTimeout(ms, undefined, { signal: gone.signal });
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    response.off('close', leave);
  }
}
