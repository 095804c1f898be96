import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';
import { steppingClock, tokensContract } from '@xzepr/adapter-testkit';

import { generateKey, jwtTokens, keyRing } from '../src/index.js';
import { ES, HS, RS, SCOPE } from './keys.js';

const runner = { describe, it, beforeAll, beforeEach, afterAll };

describe.each([HS, RS, ES])('$algorithm', (key) => {
  describe.each([0, 60])('with a leeway of %d seconds', (leewaySeconds) => {
    tokensContract(runner, async () => {
      const clock = steppingClock();
      const options = { ...SCOPE, leewaySeconds, clock };
      const another = await generateKey({ algorithm: key.algorithm, kid: key.kid });
      const tokens = jwtTokens({ ...options, ring: keyRing({ keys: [key], clock }) });
      const stranger = jwtTokens({ ...options, ring: keyRing({ keys: [another], clock }) });
      return { tokens, stranger, clock, leewaySeconds };
    });
  });
});
