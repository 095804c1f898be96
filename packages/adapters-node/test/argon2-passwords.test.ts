import { describe, expect, it } from '@jest/globals';
import { RegistryBusyError } from '@xzepr/core';

import { argon2id } from '../src/argon2.js';
import { argon2Passwords, secrets } from '../src/index.js';

const cheap = { memoryKiB: 64, passes: 1 };

/** The shortest of several times of the processor, which other work on the machine does not lengthen. */
async function leastMs(works: readonly (() => Promise<unknown>)[]): Promise<readonly number[]> {
  const least = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 10; round += 1) {
    for (const [index, work] of works.entries()) {
      const began = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(began);
      least[index] = Math.min(least[index]!, (user + system) / 1_000);
    }
  }
  return least;
}

describe('argon2Passwords', () => {
  it('hashes as OWASP asks for, in PHC string format', async () => {
    const hash = await argon2Passwords().hash('correct horse battery staple');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  it('reads a hash that argon2 itself made', async () => {
    // From the tests of the reference implementation: the password `password`, the salt `somesalt`.
    const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await argon2Passwords().verify('password', hash)).toBe('outdated');
    expect(await argon2Passwords().verify('Password', hash)).toBe('differs');
  });

  it.each([{ memoryKiB: 128 }, { passes: 3 }, { memoryKiB: 64, parallelism: 2 }])(
    'calls a hash outdated that was made before %p',
    async (changes) => {
      const hash = await argon2Passwords(cheap).hash('some password');
      const now = argon2Passwords({ ...cheap, ...changes });
      expect(await now.verify('some password', hash)).toBe('outdated');
      expect(await now.verify('some password', await now.hash('some password'))).toBe('fits');
    },
  );

  it('takes as long for nobody, and for what is no hash, as for somebody', async () => {
    const passwords = argon2Passwords();
    const hash = await passwords.hash('some password');
    const costly = '$argon2id$v=19$m=9999999,t=99,p=99$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8';
    const hashes = [hash, undefined, '', 'not a hash', costly];
    const [somebody = 0, ...nobody] = await leastMs(hashes.map((kept) => () => passwords.verify('another one', kept)));
    for (const time of nobody) {
      expect(time).toBeGreaterThan(somebody / 2);
      expect(time).toBeLessThan(somebody * 2);
    }
  });

  it.each([{ passes: 8 }, { memoryKiB: 12_288, passes: 6 }])(
    'takes as long for a hash of before %p as for nobody',
    async (changes) => {
      const small = { memoryKiB: 8_192, passes: 1 };
      const hash = await argon2Passwords(small).hash('some password');
      const passwords = argon2Passwords({ ...small, ...changes });
      const tries = [undefined, hash].map((kept) => () => passwords.verify('another one', kept));
      const [nobody = 0, before = 0] = await leastMs(tries);
      expect(before).toBeGreaterThan(nobody / 2);
      expect(before).toBeLessThan(nobody * 2);
    },
  );

  it('takes a password for the same however a keyboard puts it', async () => {
    const passwords = argon2Passwords(cheap);
    const [composed, decomposed] = ['caf\u00e9 au lait, please', 'cafe\u0301 au lait, please'];
    expect(await passwords.verify(decomposed, await passwords.hash(composed))).toBe('fits');
  });

  it('leaves the event loop alone', async () => {
    const passwords = argon2Passwords({ passes: 6 });
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await Promise.all([passwords.hash('one'), passwords.hash('other')]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });

  it('refuses at once what would wait too long, and goes on with the rest', async () => {
    const passwords = argon2Passwords({ ...cheap, atOnce: 1, maxWaiting: 2 });
    const hash = await passwords.hash('some password');
    const answers = await Promise.allSettled([
      passwords.verify('some password', hash),
      passwords.hash('some password'),
      passwords.verify('another password', undefined),
      passwords.verify('some password', hash),
      passwords.hash('some password'),
    ]);
    expect(answers).toMatchObject([
      { value: 'fits' },
      { status: 'fulfilled' },
      { value: 'differs' },
      { reason: expect.any(RegistryBusyError) },
      { reason: expect.any(RegistryBusyError) },
    ]);
    expect(await passwords.verify('some password', hash)).toBe('fits');
  });

  it.each([
    { memoryKiB: 7 },
    { memoryKiB: 2_000_000 },
    { memoryKiB: 64.5 },
    { passes: 0 },
    { passes: 65 },
    { parallelism: 0 },
    { memoryKiB: 8, parallelism: 2 },
    { atOnce: 0 },
    { maxWaiting: -1 },
    { maxWaiting: Number.NaN },
  ])('is not to be had with %p', (options) => {
    expect(() => argon2Passwords(options)).toThrow(RangeError);
  });

  it('says what is missing on a Node without argon2', () => {
    expect(() => argon2id({})).toThrow(`which Node has from 24.7 on; this is ${process.version}`);
  });

  const passwords = argon2Passwords();

  it.each(['leavemealone', 'Qwerty123456', '1QAZXSW23EDC', '123456789012', 'passwordpassword', 'Administrator'])(
    'knows that %s is common, however far down the list it is',
    (password) => {
      expect(passwords.isCommon(password)).toBe(true);
    },
  );

  it.each(['aaaaaaaaaaaa', 'abcabcabcabcabc', 'iloveyouILOVEYOU', 'password     ', 'Passw0rd1234', 'basketball-2026!'])(
    'takes %s for common, which is only made longer',
    (password) => {
      expect(passwords.isCommon(password)).toBe(true);
    },
  );

  it.each([
    'correct horse battery staple',
    'kupferne-taube-9917',
    'akobold-und-hund',
    '7f3a90c1d2e4b586',
    '934857203948',
  ])('leaves %s alone', (password) => {
    expect(passwords.isCommon(password)).toBe(false);
  });
});

describe('secrets', () => {
  it('have every bit set as often as not', () => {
    const counts = new Array<number>(256).fill(0);
    const draws = 2_000;
    for (let draw = 0; draw < draws; draw += 1) {
      const bytes = Buffer.from(secrets.generate(), 'base64url');
      for (let bit = 0; bit < 256; bit += 1) counts[bit]! += (bytes[bit >> 3]! >> (bit & 7)) & 1;
    }
    // Eight standard deviations from the middle.
    for (const count of counts) expect(Math.abs(count - draws / 2)).toBeLessThan(180);
  });
});
