import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { head, lastJson, openWire, statuses } from './support/wire.js';
import { event, openWorld, receiverIn } from './support/world.js';
import type { World } from './support/world.js';

const EVENTS = '/api/v1/events';

describe('bytes that no good client sends', () => {
  let world: World;
  let body: string;
  beforeEach(async () => {
    world = await openWorld({ limits: { bodyTimeoutMs: 200, eventBytes: 10_000, headersTimeoutMs: 200 } });
    body = JSON.stringify(event(await receiverIn(world)));
  });
  /** Whatever came before: nothing was told as a fault of ours, nothing was recorded, and the server serves. */
  afterEach(async () => {
    expect(world.errors).toEqual([]);
    expect((await world.ask('POST', EVENTS, { body })).status).toBe(201);
    await world.close();
  });

  const nothingRecorded = async (): Promise<void> => {
    expect((await world.ask('GET', EVENTS)).json['data']).toEqual([]);
  };
  const sized = (text: string | Buffer): string =>
    head('POST', EVENTS, { 'content-length': String(Buffer.byteLength(text)) });
  const chunked = (headers = {}): string => head('POST', EVENTS, { 'transfer-encoding': 'chunked', ...headers });
  const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

  it('head that drips: closed after a while', async () => {
    const wire = await openWire(world.port);
    wire.send('POST /api/v1/events HTTP/1.1\r\nhost: x\r\n');
    const drip = setInterval(() => {
      wire.send('x: y\r\n');
    }, 20);
    const answer = await wire.closed();
    clearInterval(drip);
    expect(statuses(answer)).toEqual([408]);
    expect(lastJson(answer)).toMatchObject({ status: 408, code: 'REQUEST_TIMEOUT' });
  });

  it('body that drips: 408, closed', async () => {
    const wire = await openWire(world.port);
    wire.send(sized(body));
    let at = 0;
    const drip = setInterval(() => {
      wire.send(body.charAt((at += 1)));
    }, 20);
    const answer = await wire.closed();
    clearInterval(drip);
    expect(statuses(answer)).toEqual([408]);
    expect(lastJson(answer)).toMatchObject({ code: 'REQUEST_TIMEOUT' });
    expect(answer.toLowerCase()).toContain('connection: close');
    await nothingRecorded();
  });

  it('body that is announced too large: 413 before it comes', async () => {
    const wire = await openWire(world.port);
    wire.send(head('POST', EVENTS, { 'content-length': '99999999' }));
    const answer = await wire.answers(1);
    expect(statuses(answer)).toEqual([413]);
    expect(lastJson(answer)).toMatchObject({ code: 'BODY_TOO_LARGE' });
    wire.end();
    await wire.closed();
  });

  it('body that is announced too large with Expect: 413 and never 100', async () => {
    const wire = await openWire(world.port);
    wire.send(head('POST', EVENTS, { 'content-length': '99999999', expect: '100-continue' }));
    const answer = await wire.answers(1);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    wire.end();
    await wire.closed();
  });

  it('Expect with a body that is fine: 100, then the answer', async () => {
    const wire = await openWire(world.port);
    wire.send(head('POST', EVENTS, { 'content-length': String(Buffer.byteLength(body)), expect: '100-continue' }));
    wire.send(body);
    const answer = await wire.answers(1);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n/);
    expect(statuses(answer)).toEqual([201]);
    wire.end();
    await wire.closed();
  });

  it('chunks without end: 413, and the answer arrives', async () => {
    const wire = await openWire(world.port);
    wire.send(chunked());
    const flood = setInterval(() => {
      wire.send(chunk('x'.repeat(4_000)));
    }, 5);
    const answer = await wire.closed();
    clearInterval(flood);
    expect(statuses(answer)).toEqual([413]);
    await nothingRecorded();
  });

  it('body in many chunks: taken', async () => {
    const wire = await openWire(world.port);
    wire.send(chunked());
    for (let at = 0; at < body.length; at += 7) wire.send(chunk(body.slice(at, at + 7)));
    wire.send('0\r\n\r\n');
    expect(statuses(await wire.answers(1))).toEqual([201]);
    wire.end();
    await wire.closed();
  });

  it('body that is cut short: nothing recorded', async () => {
    const wire = await openWire(world.port);
    wire.send(sized(`${body}more`) + body);
    wire.end();
    expect(statuses(await wire.closed()).every((status) => status === 400)).toBe(true);
    await nothingRecorded();
  });

  it('chunked body that is cut short: nothing recorded', async () => {
    const wire = await openWire(world.port);
    wire.send(chunked() + chunk(body));
    wire.end();
    expect(statuses(await wire.closed()).every((status) => status === 400)).toBe(true);
    await nothingRecorded();
  });

  it('client that goes in the middle of a body: nothing recorded', async () => {
    const wire = await openWire(world.port);
    wire.send(sized(body) + body.slice(0, 30));
    wire.socket.destroy();
    await wire.closed();
    await nothingRecorded();
  });

  it('broken chunk: 400, closed', async () => {
    const wire = await openWire(world.port);
    wire.send(`${chunked()}zz\r\n`);
    expect(statuses(await wire.closed())).toEqual([400]);
    await nothingRecorded();
  });

  it('gzip bomb: 415, unopened', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    const wire = await openWire(world.port);
    wire.send(head('POST', EVENTS, { 'content-length': String(bomb.length), 'content-encoding': 'gzip' }));
    wire.send(bomb);
    expect(statuses(await wire.answers(1))).toEqual([415]);
    wire.end();
    await wire.closed();
  });

  it('both lengths at once: 400, closed', async () => {
    const wire = await openWire(world.port);
    wire.send(`${chunked({ 'content-length': '5' })}0\r\n\r\n`);
    const answer = await wire.closed();
    expect(statuses(answer)).toEqual([400]);
    expect(lastJson(answer)).toMatchObject({ status: 400, type: expect.stringContaining('problems/') as unknown });
  });

  it('what is no HTTP: 400 as a problem, closed', async () => {
    const wire = await openWire(world.port);
    wire.send('\x16\x03\x01\x02\x00\x01\x00 hello\r\n\r\n');
    const answer = await wire.closed();
    expect(statuses(answer)).toEqual([400]);
    expect(answer).toContain('application/problem+json');
    expect(lastJson(answer)).toMatchObject({ status: 400 });
  });

  it('what is no HTTP: the problem has the id of the answer', async () => {
    const wire = await openWire(world.port);
    wire.send('hello\r\n\r\n');
    const answer = await wire.closed();
    const { instance } = lastJson(answer);
    expect(instance).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
    expect(answer).toContain(`x-request-id: ${String(instance)}\r\n`);
    expect(answer).toContain('cache-control: no-store\r\n');
  });

  it.each([
    ['no Host', 'GET /health/live HTTP/1.1\r\n\r\n', 400],
    ['two Hosts', 'GET /health/live HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n', 400],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nhost: a:443\r\n\r\n', 405],
    ['an expectation that nobody knows', 'GET /health/live HTTP/1.1\r\nhost: a\r\nexpect: tea\r\n\r\n', 417],
  ])('%s: a problem', async (_what, bytes, status) => {
    const wire = await openWire(world.port);
    wire.send(bytes);
    const answer = await wire.answers(1);
    wire.end();
    await wire.closed();
    expect(statuses(answer)).toEqual([status]);
    expect(answer).toContain('application/problem+json');
    expect(lastJson(answer)).toMatchObject({ status, instance: expect.stringMatching(/./) as unknown });
  });

  it('Host is not asked for by HTTP/1.0', async () => {
    const wire = await openWire(world.port);
    wire.send('GET /health/live HTTP/1.0\r\n\r\n');
    expect(statuses(await wire.closed())).toEqual([200]);
  });

  it('head that is too large: 431, closed', async () => {
    const wire = await openWire(world.port);
    wire.send(head('GET', EVENTS, { x: 'y'.repeat(100_000) }));
    const answer = await wire.closed();
    expect(statuses(answer)).toEqual([431]);
    expect(lastJson(answer)).toMatchObject({ status: 431 });
  });

  it('requests sent without waiting: answered in their order', async () => {
    const wire = await openWire(world.port);
    const bad = '{"a":';
    wire.send(sized(body) + body + sized(bad) + bad + head('GET', `${EVENTS}?limit=0`) + sized(body) + body);
    expect(statuses(await wire.answers(4))).toEqual([201, 400, 400, 201]);
    wire.end();
    await wire.closed();
  });

  it('request after one that was refused before its body was read: still answered rightly', async () => {
    const wire = await openWire(world.port);
    const unknown = head('POST', EVENTS, {
      authorization: 'Bearer wrong',
      'content-length': String(Buffer.byteLength(body)),
    });
    wire.send(unknown + body + head('GET', '/health/live'));
    const answer = await Promise.race([wire.answers(2), wire.closed()]);
    expect(statuses(answer)[0]).toBe(401);
    expect(
      statuses(answer)
        .slice(1)
        .every((status) => status === 200),
    ).toBe(true);
    wire.end();
    await wire.closed();
    await nothingRecorded();
  });

  it('GET with a body without end: answered, and the connection goes', async () => {
    const wire = await openWire(world.port);
    wire.send(head('GET', '/health/live', { 'transfer-encoding': 'chunked' }));
    const flood = setInterval(() => {
      wire.send(chunk('x'));
    }, 20);
    const answer = await wire.closed();
    clearInterval(flood);
    expect(statuses(answer)).toEqual([200]);
  });
});
