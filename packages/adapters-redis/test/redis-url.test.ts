import { describe, expect, it } from '@jest/globals';

import { parseRedisUrl } from '../src/index.js';
import type { RedisUrl } from '../src/index.js';

const PLAIN: RedisUrl = {
  kind: 'single',
  addresses: [{ host: 'cache', port: 6379 }],
  master: '',
  tls: false,
  username: undefined,
  password: undefined,
  sentinelPassword: undefined,
  database: 0,
};

describe('parseRedisUrl', () => {
  it.each<[string, Partial<RedisUrl>]>([
    ['redis://cache', {}],
    ['redis://cache:6380/', { addresses: [{ host: 'cache', port: 6380 }] }],
    ['rediss://cache/3', { tls: true, database: 3 }],
    ['redis://[2001:db8::1]:6380', { addresses: [{ host: '2001:db8::1', port: 6380 }] }],
    ['redis://:se%40cr%2Fet@cache', { password: 'se@cr/et' }],
    ['redis://xzepr:a:b@cache', { username: 'xzepr', password: 'a:b' }],
    [
      'redis+sentinel://u:p@h1,h2:26380/mymaster/2?sentinel_password=s%26p',
      {
        kind: 'sentinel',
        addresses: [
          { host: 'h1', port: 26379 },
          { host: 'h2', port: 26380 },
        ],
        master: 'mymaster',
        username: 'u',
        password: 'p',
        sentinelPassword: 's&p',
        database: 2,
      },
    ],
    [
      'rediss+cluster://10.0.0.1:7000,10.0.0.2',
      {
        kind: 'cluster',
        tls: true,
        addresses: [
          { host: '10.0.0.1', port: 7000 },
          { host: '10.0.0.2', port: 6379 },
        ],
      },
    ],
  ])('reads %s', (text, expected) => {
    expect(parseRedisUrl(text)).toEqual({ ...PLAIN, ...expected });
  });

  it.each([
    ['', 'be a URL that begins with redis://'],
    ['cache:6379', 'be a URL that begins with redis://'],
    ['http://cache', 'be a URL that begins with redis://'],
    ['redis://', 'be a URL that begins with redis://'],
    ['redis://:sec/ret@cache', 'in a password write @ as %40, / as %2F'],
    ['redis://:sec,ret@cache:x', 'name hosts as host or host:port'],
    ['redis://:sec@ret@cache', 'in a password write @ as %40'],
    ['redis://:secret%@cache', 'be percent-encoded in its user and password'],
    ['redis://secret@cache', 'have user:password@ or :password@ before the host'],
    ['redis://:secret@cache:0', 'a port from 1 to 65535; number 1 is none'],
    ['redis://:secret@cache:65536', 'a port from 1 to 65535; number 1 is none'],
    ['redis://:secret@a,b', 'name one host'],
    ['redis://:secret@cache/one', 'a database, which is a number'],
    ['redis://:secret@cache/1/2', 'a database, which is a number'],
    ['redis://:secret@cache?db=1', 'have nothing after ?'],
    ['redis+sentinel://:secret@a,,b/m', 'number 2 is none'],
    ['redis+sentinel://:secret@a', 'end in the name of the master'],
    ['redis+sentinel://:secret@a/', 'end in the name of the master'],
    ['redis+sentinel://:secret@a/m/x', 'a database, which is a number'],
    ['redis+sentinel://:secret@a/m?password=secret', 'sentinel_password of redis+sentinel://'],
    ['redis+cluster://:secret@a/1', 'name no database'],
    [`redis+cluster://:secret@${'a,'.repeat(60)}a`, 'name at most 50 hosts'],
  ])('says what %j must be, and repeats nothing of it', (text, words) => {
    const refusal = parseRedisUrl(text);
    expect(refusal).toEqual({ kind: 'refused', must: expect.stringContaining(words) });
    expect(JSON.stringify(refusal)).not.toContain('secret');
    expect(JSON.stringify(refusal)).not.toMatch(/\bsec\b|\bret\b/);
  });
});
