import { once } from 'node:events';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { event, openWorld, pointers, receiverIn, refusal } from './support/world.js';
import type { Got, Json, World } from './support/world.js';

jest.setTimeout(30_000);

const NDJSON = { 'content-type': 'application/x-ndjson' };
const PATH = '/api/v1/events/batch';

/** A stream that a test writes to and reads from while it goes on. */
interface Stream {
  readonly sending: ClientRequest;
  readonly response: Promise<IncomingMessage>;
  /** The next result. */
  next(): Promise<Json | undefined>;
}

function openStream(world: World): Stream {
  const headers = { authorization: 'Bearer token-of-admin', ...NDJSON };
  const sending = request(world.url + PATH, { method: 'POST', headers });
  sending.on('error', () => undefined);
  const response = once(sending, 'response').then(([message]) => message as IncomingMessage);
  const lines = linesOf(response);
  return {
    sending,
    response,
    async next() {
      const { value } = await lines.next();
      return value === undefined ? undefined : (JSON.parse(value) as Json);
    },
  };
}

async function* linesOf(response: Promise<IncomingMessage>): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const chunk of await response) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
  return undefined;
}

describe('a stream of events', () => {
  let world: World;
  let receiver: string;
  beforeEach(async () => {
    world = await openWorld({ limits: { eventBytes: 2_000, bodyTimeoutMs: 500 } });
    receiver = await receiverIn(world);
  });
  afterEach(() => world.close());

  const post = (body: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> =>
    world.ask('POST', PATH, { body, headers: { ...NDJSON, ...headers } });
  const results = ({ text }: Got): readonly Json[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Json);
  const line = (more: Json = {}): string => JSON.stringify(event(receiver, more));

  it('answers a result for each line in their order, the last one without a line end too', async () => {
    const got = await post(`${line({ name: 'a' })}\n${line({ name: 'b' })}\r\n${line({ name: 'c' })}`);
    expect([got.status, got.headers.get('content-type')?.split(';')[0]]).toEqual([200, 'application/x-ndjson']);
    expect(got.text.endsWith('\n')).toBe(true);
    expect(results(got)).toMatchObject(['a', 'b', 'c'].map((name) => ({ status: 201, event: { name } })));
  });

  it('lets the lines beside a broken one live', async () => {
    const lines = [
      ...[line({ name: 'a' }), '{"broken', line({ name: '', x: 1 }), line({ payload: { passed: '' } })],
      ...[`"${'x'.repeat(3_000)}"`, Buffer.from([0xff, 0xfe]).toString('latin1'), '[]', line({ name: 'z' })],
    ];
    const response = await fetch(world.url + PATH, {
      ...{ method: 'POST', headers: { ...NDJSON, 'x-api-key': 'token-of-admin' } },
      body: Buffer.concat(
        lines.flatMap((each) => [Buffer.from(each, each.startsWith('\xff') ? 'latin1' : 'utf8'), Buffer.from('\n')]),
      ),
    });
    const text = await response.text();
    world.check({ method: 'POST', path: PATH, status: response.status, headers: response.headers, text });
    const all = text
      .trimEnd()
      .split('\n')
      .map((each) => JSON.parse(each) as Json);
    expect(all.map(({ status }) => status)).toEqual([201, 400, 422, 422, 413, 400, 422, 201]);
    expect(all[1]).toMatchObject({ problem: { code: 'NOT_JSON' } });
    expect(pointers({ json: all[2]?.['problem'] as Json })).toEqual(['/name', '/x']);
    expect(pointers({ json: all[3]?.['problem'] as Json })).toEqual(['/payload/passed']);
    expect(all[7]).toMatchObject({ event: { name: 'z' } });
  });

  it('keeps the payloads as they were written', async () => {
    const { payload: _, ...rest } = event(receiver);
    const text = `${JSON.stringify(rest).slice(0, -1)},"payload":{ "n" : 1.0 ,"s":"\\u0041" } }`;
    const got = await post(text);
    expect(got.text).toContain('"payload":{ "n" : 1.0 ,"s":"\\u0041" }');
  });

  it('leaves out empty lines, and answers nothing to nothing', async () => {
    expect(results(await post(`\n\r\n${line()}\n\n\n${line()}\n`))).toHaveLength(2);
    const nothing = await post('\n');
    expect([nothing.status, nothing.text]).toEqual([200, '']);
  });

  it('answers while the stream goes on', async () => {
    const stream = openStream(world);
    stream.sending.write(`${line({ name: 'first' })}\n`);
    expect(await stream.next()).toMatchObject({ status: 201, event: { name: 'first' } });
    stream.sending.write(line({ name: 'second' }).slice(0, 20));
    stream.sending.write(`${line({ name: 'second' }).slice(20)}\n${line({ name: 'third' })}`);
    expect(await stream.next()).toMatchObject({ status: 201, event: { name: 'second' } });
    stream.sending.end();
    expect(await stream.next()).toMatchObject({ status: 201, event: { name: 'third' } });
    expect(await stream.next()).toBeUndefined();
  });

  it('takes more lines than any batch, in their order', async () => {
    const got = await post(Array.from({ length: 3_000 }, (_, index) => line({ name: `n${String(index)}` })).join('\n'));
    const names = results(got).map(({ event: recorded }) => (recorded as Json)['name']);
    expect(names).toEqual(Array.from({ length: 3_000 }, (_, index) => `n${String(index)}`));
    const positions = results(got).map(({ event: recorded }) => (recorded as Json)['position'] as number);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  it('goes on after a moment in which the store did not answer', async () => {
    const stream = openStream(world);
    world.store.down = true;
    stream.sending.write(`${line({ name: 'lost' })}\n`);
    expect(await stream.next()).toMatchObject({ status: 503, problem: { code: 'STORE_UNAVAILABLE' } });
    world.store.down = false;
    stream.sending.end(`${line({ name: 'kept' })}\n`);
    expect(await stream.next()).toMatchObject({ status: 201, event: { name: 'kept' } });
  });

  it('holds the sender back while results are not read', async () => {
    const stream = openStream(world);
    stream.sending.write(`${line()}\n`);
    (await stream.response).pause();
    const many = `${line({ payload: { passed: 1, note: 'x'.repeat(1_500) } })}\n`.repeat(100);
    let sent = 0;
    // A quarter of a gigabyte goes into no socket: the sender is held back long before.
    while (sent < 1_500 && stream.sending.write(many)) sent += 1;
    const { listed } = await stalled(world, stream);
    expect(listed).toBeLessThan(100_000);
    stream.sending.destroy();
  });

  it('stops when nothing comes for too long, and leaves no trace', async () => {
    const stream = openStream(world);
    stream.sending.write(`${line()}\n`);
    expect(await stream.next()).toMatchObject({ status: 201 });
    const closed = once(stream.sending, 'close');
    expect([undefined, 408]).toContain((await stream.next().catch(() => undefined))?.['status']);
    await closed;
    expect(world.errors).toEqual([]);
  });

  it('stops when the client goes, and keeps what was answered', async () => {
    const stream = openStream(world);
    stream.sending.write(`${line({ name: 'answered' })}\n`);
    await stream.next();
    stream.sending.destroy();
    const read = await world.ask('GET', '/api/v1/events?name=answered');
    expect(read.json['data']).toHaveLength(1);
    expect(world.errors).toEqual([]);
  });

  it('is refused as a whole to who may not post, or where it cannot be', async () => {
    const denied = await world.ask('POST', PATH, { as: 'event_viewer', body: line(), headers: NDJSON });
    expect(refusal(denied)).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
    expect((await post(line(), { 'idempotency-key': 'k' })).status).toBe(400);
    expect((await post(line(), { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await post(line(), { accept: 'text/html' })).status).toBe(406);
    expect((await world.ask('POST', '/api/v1/events', { body: line(), headers: NDJSON })).status).toBe(415);
  });
});

/** Waits until the sender is held back, and says how many events have been recorded by then. */
async function stalled(world: World, { sending }: Stream): Promise<{ readonly listed: number }> {
  expect(sending.writableNeedDrain).toBe(true);
  const { json } = await world.ask('GET', '/api/v1/events?limit=1');
  const [newest] = json['data'] as readonly { readonly position: number }[];
  return { listed: newest?.position ?? 0 };
}
