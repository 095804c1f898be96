import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { event, openWorld, receiverIn, refusal } from './support/world.js';
import type { Asking, Got, Json, World } from './support/world.js';

describe('Idempotency-Key', () => {
  let world: World;
  let receiver: string;
  let keys = 0;
  beforeAll(async () => {
    world = await openWorld();
    receiver = await receiverIn(world);
  });
  afterAll(() => world.close());

  const newKey = (): string => `key ~ ${String((keys += 1))}`;
  const post = (path: string, body: unknown, key: string, as: Asking['as'] = 'admin'): Promise<Got> =>
    world.ask('POST', `/api/v1/${path}`, { body, as, headers: { 'idempotency-key': key } });
  const kept = ({ status, text, headers }: Got): Json => ({
    ...{
      status,
      text,
      location: headers.get('location'),
      etag: headers.get('etag'),
      type: headers.get('content-type'),
    },
  });

  it.each<[string, (id: string) => Json]>([
    ['events', (id) => event(id, { payload: { passed: 1, note: '😀 "quoted" \\' } })],
    ['events/batch', (id) => ({ events: [event(id), event(id, { name: '' }), { no: 1 }] })],
    ['receivers', () => ({ name: 'once', type: 't', version: '1', description: 'd', schema: { title: 'x' } })],
    ['groups', (id) => ({ name: 'once', type: 't', version: '1', description: 'd', event_receiver_ids: [id] })],
  ])('gives the first answer of POST /%s again', async (path, bodyOf) => {
    const key = newKey();
    const body = bodyOf(receiver);
    const first = await post(path, body, key);
    const second = await post(path, body, key);
    expect([200, 201]).toContain(first.status);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(kept(second)).toEqual(kept(first));
  });

  it('gives the first answer again with the payload as it was written', async () => {
    const key = newKey();
    const body = JSON.stringify(event(receiver)).replace('{"passed":812}', '{ "passed" : 1, "n":1.0 }');
    const first = await post('events', body, key);
    expect((await post('events', body, key)).text).toBe(first.text);
    expect(first.text).toContain('{ "passed" : 1, "n":1.0 }');
  });

  it('gives a refusal again that was for good', async () => {
    const key = newKey();
    const body = event(receiver, { payload: { passed: 'x' } });
    const first = await post('events', body, key);
    const second = await post('events', body, key);
    expect([first.status, second.text, second.headers.get('idempotency-replayed')]).toEqual([422, first.text, 'true']);
  });

  it.each<[string, string, (id: string) => Json, (id: string) => Json]>([
    ['a body', 'events', (id) => event(id, { name: ' ', sucess: true }), (id) => event(id)],
    [
      'an atomic batch',
      'events/batch',
      (id) => ({ events: [event(id, { name: '' })], atomic: true }),
      (id) => ({ events: [event(id)] }),
    ],
  ])('gives the refusal of %s again, and is used up by it', async (_, path, bad, good) => {
    const key = newKey();
    const first = await post(path, bad(receiver), key);
    const second = await post(path, bad(receiver), key);
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([422, null]);
    expect([kept(second), second.headers.get('idempotency-replayed')]).toEqual([kept(first), 'true']);
    expect(refusal(await post(path, good(receiver), key))).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await post(path, good(receiver), newKey())).status).toBeLessThan(300);
  });

  it('does not keep the secret of an API key', async () => {
    const key = newKey();
    const body = { name: 'once', roles: ['user'] };
    const first = await post('api-keys', body, key);
    const second = await post('api-keys', body, key);
    expect(first.json['key']).toMatch(/^xzepr_/);
    expect(second.json).toEqual({ ...first.json, key: null });
  });

  it('is for one request only', async () => {
    const key = newKey();
    await post('events', event(receiver), key);
    const refused = { status: 422, code: 'IDEMPOTENCY_KEY_REUSED' };
    expect(refusal(await post('events', event(receiver, { name: 'other' }), key))).toMatchObject(refused);
    expect(refusal(await post('events/batch', { events: [event(receiver)] }, key))).toMatchObject(refused);
  });

  it("is each principal's own", async () => {
    const key = newKey();
    const first = await post('events', event(receiver), key);
    const other = await post('events', event(receiver), key, 'event_reporter');
    expect([other.status, other.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(other.json['id']).not.toBe(first.json['id']);
  });

  it('says 409 with Retry-After while the first request is under way', async () => {
    const key = newKey();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    world.store.held = promise;
    const first = post('receivers', { name: 'held', type: 't', version: '1', description: 'd', schema: true }, key);
    let second = await world.ask('GET', '/api/v1/receivers');
    for (; second.status !== 409;) {
      // Until the first has arrived a second one would be the first: a body that is refused tells which it is.
      second = await Promise.race([
        post('receivers', { name: 'held', type: 't', version: '1', description: 'd', schema: true }, key),
        first,
      ]);
    }
    world.store.held = undefined;
    resolve(undefined);
    expect(refusal(second)).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_IN_USE' });
    expect(second.headers.get('retry-after')).not.toBeNull();
    expect((await first).status).toBe(201);
  });

  it('is free again when the store did not answer', async () => {
    const key = newKey();
    world.store.down = true;
    const first = await post('events', event(receiver), key);
    world.store.down = false;
    const second = await post('events', event(receiver), key);
    expect([first.status, second.status, second.headers.get('idempotency-replayed')]).toEqual([503, 201, null]);
  });

  it.each(['', 'x'.repeat(256), 'é', 'a\tb'])('refuses the key %j', async (key) => {
    const got = await post('events', event(receiver), key);
    expect(got.status).toBe(400);
  });
});
