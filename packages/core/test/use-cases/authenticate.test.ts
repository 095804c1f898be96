import { describe, expect, it } from '@jest/globals';

import type { ApiKey } from '../../src/domain/api-key.js';
import type { ApiKeyId } from '../../src/domain/ids.js';
import type { Timestamp } from '../../src/domain/timestamp.js';
import { later } from '../../src/domain/timestamp.js';
import { makeApiKeyAuthenticator } from '../../src/use-cases/authenticate.js';
import type { ApiKeyAuthenticator } from '../../src/use-cases/authenticate.js';

const START = '2026-01-01T00:00:00.000000Z' as Timestamp;
const KEY: ApiKey = {
  ...{ id: 'id' as ApiKeyId, name: 'ci', roles: ['user'], hash: 'hash of secret', createdBy: 'me' },
  ...{ permissions: undefined, receiverIds: undefined, ownerId: undefined, previous: undefined },
  ...{ createdAt: START, expiresAt: undefined, revokedAt: undefined, lastUsedAt: START },
};
const PRINCIPAL = { id: 'id', kind: 'api_key', roles: ['user'] };

interface Setting {
  readonly authenticator: ApiKeyAuthenticator;
  /** How often the store was asked, and what it answers from now on. */
  readonly store: {
    asked: number;
    key: ApiKey | undefined;
    answer: (key: ApiKey | undefined) => Promise<ApiKey | undefined>;
  };
  readonly step: (ms: number) => void;
}

function setting(): Setting {
  let now = START;
  const store: Setting['store'] = { asked: 0, key: KEY, answer: (key) => Promise.resolve(key) };
  const apiKeys = {
    findByHash: (hash: string) => {
      store.asked += 1;
      return store.answer(hash === KEY.hash ? store.key : undefined);
    },
    list: () => Promise.resolve([]),
  };
  const digest = { sha256: (text: string) => `hash of ${text}` };
  const authenticator = makeApiKeyAuthenticator({
    ...{ reader: { apiKeys, users: { find: () => Promise.resolve(undefined) } }, clock: { now: () => now }, digest },
    ...{ unitOfWork: { run: () => Promise.reject(new Error('nothing to write')) }, signals: undefined },
    onBackgroundError: (error) => {
      throw error;
    },
  });
  return { authenticator, store, step: (ms) => void (now = later(now, ms)) };
}

describe('an API key', () => {
  it('is asked for once a second', async () => {
    const { authenticator, store, step } = setting();
    for (let times = 0; times < 3; times += 1) expect(await authenticator.authenticate('secret')).toEqual(PRINCIPAL);
    expect(store.asked).toBe(1);
    step(1_000);
    expect(await authenticator.authenticate('secret')).toEqual(PRINCIPAL);
    expect(store.asked).toBe(2);
  });

  it('opens nothing once it was revoked, also when somebody was just being let in', async () => {
    const { authenticator, store } = setting();
    let answer: () => void = () => undefined;
    store.answer = (key) =>
      new Promise(
        (resolve) =>
          (answer = () => {
            resolve(key);
          }),
      );
    const entering = authenticator.authenticate('secret');
    store.key = { ...KEY, revokedAt: START };
    authenticator.forget();
    answer();
    await entering;
    store.answer = (key) => Promise.resolve(key);
    expect(await authenticator.authenticate('secret')).toBeUndefined();
  });

  it('that is unknown or far too long opens nothing, and the latter is not even asked for', async () => {
    const { authenticator, store } = setting();
    expect(await authenticator.authenticate('another')).toBeUndefined();
    expect(await authenticator.authenticate('x'.repeat(4_097))).toBeUndefined();
    expect(store.asked).toBe(1);
  });
});
