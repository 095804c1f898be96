import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (response: ServerResponse) => void;

/** Stands where a policy server would, and can be told to misbehave. */
export interface PolicyServer {
  readonly url: string;
  answer: Answer;
  /** The bodies and the `authorization` of what was asked, in order. */
  readonly asked: { readonly body: unknown; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

export async function policyServer(): Promise<PolicyServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: PolicyServer = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1/data/xzepr/allow`,
    answer: json({ result: true }),
    asked: [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on('request', (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      self.asked.push({ body: JSON.parse(text) as unknown, authorization: request.headers.authorization });
      self.answer(response);
    });
  });
  return self;
}

export function json(body: unknown, status: number = 200): Answer {
  return (response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  };
}
