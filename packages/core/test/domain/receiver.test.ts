import { describe, expect, it } from '@jest/globals';

import { fingerprintText } from '../../src/domain/receiver.js';

const NAME = { name: 'n', type: 't', version: 'v' };

describe('fingerprintText', () => {
  it('is the RFC 8785 form of name, type, version and schema', () => {
    const schema = { type: 'object', $id: 'x', maximum: 1.0 };
    expect(fingerprintText(NAME, schema)).toBe('["n","t","v",{"$id":"x","maximum":1,"type":"object"}]');
  });

  it('is the same however the schema was written, and another for another', () => {
    expect(fingerprintText(NAME, { a: 1, b: 2 })).toBe(fingerprintText(NAME, { b: 2, a: 1 }));
    expect(fingerprintText(NAME, true)).not.toBe(fingerprintText(NAME, {}));
    expect(fingerprintText({ ...NAME, name: 'n","t' }, true)).not.toBe(
      fingerprintText({ ...NAME, name: 'n', type: '","t' }, true),
    );
  });

  it('refuses a number that no double can hold', () => {
    expect(() => fingerprintText(NAME, { maximum: JSON.parse('1e400') as number })).toThrow(TypeError);
  });
});
