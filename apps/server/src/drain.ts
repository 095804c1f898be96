import type { Server } from 'node:http';

const DRAIN_MS = 10_000;

/** Connections that do nothing are closed at once, the others when they have their answer, or when their time is over. */
export async function drained(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const late = setTimeout(() => {
    server.closeAllConnections();
  }, DRAIN_MS);
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  await closed;
  clearTimeout(late);
  clearInterval(idle);
}
