import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { event, openWorld, pointers, receiverIn, refusal } from './support/world.js';
import type { Got, Json, World } from './support/world.js';

const ABSENT = '01KDVG00009999999999999999';

describe('batches', () => {
  let world: World;
  let receiver: string;
  beforeAll(async () => {
    world = await openWorld();
    receiver = await receiverIn(world);
  });
  afterAll(() => world.close());

  const post = (body: unknown, as: 'admin' | 'event_viewer' = 'admin'): Promise<Got> =>
    world.ask('POST', '/api/v1/events/batch', { body, as });
  const results = ({ json }: Got): readonly Json[] => json['results'] as readonly Json[];
  const count = async (name: string): Promise<number> =>
    ((await world.ask('GET', `/api/v1/events?name=${name}`)).json['data'] as readonly unknown[]).length;

  it('answers one result for each event, in the order sent, and lets the neighbours of bad ones live', async () => {
    const got = await post({
      events: [
        event(receiver, { name: 'b0', payload: { passed: 1 } }),
        event(receiver, { name: '', extra: 1 }),
        event(receiver, { payload: { passed: 'x' } }),
        'nonsense',
        event(ABSENT),
        event(receiver, { name: 'b5' }),
      ],
    });
    expect(got.status).toBe(200);
    expect(results(got).map(({ status }) => status)).toEqual([201, 422, 422, 422, 422, 201]);
    expect(results(got)).toMatchObject([
      { event: { name: 'b0' } },
      { problem: { code: 'INVALID_INPUT' } },
      { problem: { code: 'PAYLOAD_REFUSED', errors: [{ pointer: '/payload/passed' }] } },
      { problem: { code: 'INVALID_INPUT' } },
      { problem: { code: 'RECEIVER_UNKNOWN', errors: [{ pointer: '/event_receiver_id' }] } },
      { event: { name: 'b5' } },
    ]);
    expect(pointers({ json: results(got)[1]?.['problem'] as Json })).toEqual(['/extra', '/name']);
    expect([await count('b0'), await count('b5')]).toEqual([1, 1]);
  });

  it('keeps the payloads as they were written, and finds what is wrong in each', async () => {
    const { payload: _, ...rest } = event(receiver);
    const one = (payload: string): string => `${JSON.stringify(rest).slice(0, -1)},"payload":${payload}}`;
    const deep = `${'['.repeat(70)}${']'.repeat(70)}`;
    const texts = [one('{ "passed" : 1 , "n":1.0}'), one('{"a":1,"a":2}'), one(deep), one('{"s":"\\udc00"}')];
    const got = await post(`{"events":[${texts.join(',')}]}`);
    expect(results(got).map(({ status }) => status)).toEqual([201, 422, 422, 422]);
    expect(got.text).toContain('"payload":{ "passed" : 1 , "n":1.0},');
    expect(pointers({ json: results(got)[1]?.['problem'] as Json })).toEqual(['/payload/a']);
    expect(pointers({ json: results(got)[3]?.['problem'] as Json })).toEqual(['/payload/s']);
  });

  it('lets no event be larger than one that is posted alone', async () => {
    const large = event(receiver, { payload: { note: 'x'.repeat(1_048_576) } });
    const got = await post({ events: [event(receiver), large] });
    expect(results(got)).toMatchObject([
      { status: 201 },
      { status: 422, problem: { code: 'INVALID_INPUT', errors: [{ pointer: '/payload' }] } },
    ]);
    const whole = await post({ events: [event(receiver), large], atomic: true });
    expect([whole.status, pointers(whole)]).toEqual([422, ['/events/1/payload']]);
  });

  it('counts the depth of each event from itself', async () => {
    const open = await receiverIn(world, true);
    const { payload: _, ...rest } = event(open);
    const text = `${JSON.stringify(rest).slice(0, -1)},"payload":${'['.repeat(63)}${']'.repeat(63)}}`;
    expect((await world.ask('POST', '/api/v1/events', { body: text })).status).toBe(201);
    expect(results(await post(`{"events":[${text}]}`)).map(({ status }) => status)).toEqual([201]);
  });

  it('records nothing of an atomic batch that has a bad event, and names each', async () => {
    const good = event(receiver, { name: 'atomic' });
    const checked = await post({
      atomic: true,
      events: [good, event(receiver, { payload: { passed: '' } }), event(ABSENT)],
    });
    expect(refusal(checked)).toEqual({
      ...{ status: 422, code: 'BATCH_REFUSED' },
      pointers: ['/events/1/payload/passed', '/events/2/event_receiver_id'],
    });
    const illFormed = await post({ atomic: true, events: [good, event(receiver, { name: '' }), 7] });
    expect(refusal(illFormed)).toMatchObject({ status: 422, code: 'BATCH_REFUSED' });
    expect(pointers(illFormed)).toEqual(['/events/1/name', '/events/2']);
    expect(await count('atomic')).toBe(0);
    const whole = await post({ atomic: true, events: [good, good] });
    expect(results(whole).map(({ status }) => status)).toEqual([201, 201]);
    expect(await count('atomic')).toBe(2);
  });

  it.each<[string, Json | string, readonly string[]]>([
    ['no events', { events: [] }, ['/events']],
    ['1,001 events', { events: Array.from({ length: 1_001 }, () => ({})) }, ['/events']],
    ['no list', { events: {} }, ['/events']],
    ['nothing', {}, ['/events']],
    ['a typo', { events: [{}], atmic: true }, ['/atmic']],
    ['atomic that is no boolean', { events: [{}], atomic: 'true' }, ['/atomic']],
    ['the same member twice', '{"events":[{}],"atomic":true,"atomic":false}', ['/atomic']],
  ])('refuses a batch with %s', async (_, body, at) => {
    expect(refusal(await post(body))).toEqual({ status: 422, code: 'INVALID_INPUT', pointers: at });
  });

  it('takes 1,000 events', async () => {
    const events = Array.from({ length: 1_000 }, (_, index) => event(receiver, { name: `k${String(index)}` }));
    const got = await post({ events });
    expect(results(got).every(({ status }) => status === 201)).toBe(true);
    expect(results(got)).toHaveLength(1_000);
    expect(results(got)[999]).toMatchObject({ event: { name: 'k999' } });
  });

  it('is forbidden to who may not post, even when every event is bad', async () => {
    expect(refusal(await post({ events: [{}] }, 'event_viewer'))).toMatchObject({ status: 403 });
    expect(refusal(await post({ events: [event(receiver)] }, 'event_viewer'))).toMatchObject({ status: 403 });
  });

  it('can only be posted', async () => {
    const got = await world.ask('GET', '/api/v1/events/batch');
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });
});
