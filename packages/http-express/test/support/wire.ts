import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A connection on which a test writes bytes of its own. */
export interface Wire {
  readonly socket: Socket;
  send(text: string | Buffer): void;
  /** Everything that was answered, once the other side has closed. */
  closed(): Promise<string>;
  /** Everything that was answered, once `count` heads of answers have come. */
  answers(count: number): Promise<string>;
  end(): void;
}

export async function openWire(port: number): Promise<Wire> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => (received += text));
  // A reset is one way of being closed; the answer that came before it is what counts.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const heads = (): number => received.split(/HTTP\/1\.1 (?!100)\d{3} /).length - 1;
  return {
    socket,
    send: (text) => socket.write(text),
    async closed() {
      if (!socket.closed) await once(socket, 'close');
      return received;
    },
    async answers(count) {
      while (heads() < count) {
        if (socket.closed) throw new Error(`closed after ${String(heads())} answers: ${received}`);
        await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      }
      return received;
    },
    end: () => socket.end(),
  };
}

/** The statuses of the answers in `text`, in their order. */
export function statuses(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)]
    .map(([, status]) => Number(status))
    .filter((status) => status !== 100);
}

/** The JSON body of the last answer in `text`. */
export function lastJson(text: string): Readonly<Record<string, unknown>> {
  return JSON.parse(text.slice(text.lastIndexOf('\r\n\r\n') + 4)) as Readonly<Record<string, unknown>>;
}

/** The head of a request with a body of JSON. */
export function head(method: string, path: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = {
    host: 'localhost',
    authorization: 'Bearer token-of-admin',
    'content-type': 'application/json',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
