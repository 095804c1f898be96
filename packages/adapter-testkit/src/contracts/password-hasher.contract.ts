import assert from 'node:assert/strict';

import type { PasswordHasher } from '@xzepr/core';

import { declareContract } from '../contract.js';
import type { Promises, TestRunner } from '../contract.js';

/** @public A hasher, and one of the same kind that hashes with other parameters. */
export interface PasswordHasherHarness {
  readonly passwords: PasswordHasher;
  readonly otherwise: PasswordHasher;
}

const PASSWORDS = [
  'correct horse battery staple',
  ' Leading, and trailing ',
  'pässwörd ☃ 🔑',
  '\0\0\0\0',
  'x'.repeat(1_024),
];

const hashingPromises: Promises<PasswordHasherHarness> = {
  'knows the password that it hashed': async ({ passwords }) => {
    for (const password of PASSWORDS) {
      assert.equal(await passwords.verify(password, await passwords.hash(password)), 'fits');
    }
  },
  'takes no other password for it, however alike': async ({ passwords }) => {
    const hash = await passwords.hash('Correct horse');
    const others = ['correct horse', 'Correct horse ', ' Correct horse', 'Correct hors', 'Correct horse\0', '', hash];
    for (const other of others) assert.equal(await passwords.verify(other, hash), 'differs');
  },
  'makes another hash of the same password each time': async ({ passwords }) => {
    assert.notEqual(await passwords.hash('the same password'), await passwords.hash('the same password'));
  },
  'keeps nothing of the password that could be read': async ({ passwords }) => {
    const password = 'plainly-to-be-seen';
    const hash = await passwords.hash(password);
    for (const form of ['utf8', 'hex', 'base64', 'base64url'] as const) {
      assert.ok(!hash.includes(Buffer.from(password).toString(form).replace(/=+$/, '')));
    }
  },
  'writes the algorithm, its parameters, the salt and the hash as one text': async ({ passwords }) => {
    assert.match(
      await passwords.hash('some password'),
      /^\$[a-z0-9-]+(\$v=\d+)?\$[a-z]+=\d+(,[a-z]+=\d+)*\$[\w+/]+\$[\w+/]+$/,
    );
  },
  'says of a hash made with other parameters that it fits and is outdated': async ({ passwords, otherwise }) => {
    const hash = await otherwise.hash('some password');
    assert.equal(await otherwise.verify('some password', hash), 'fits');
    assert.equal(await passwords.verify('some password', hash), 'outdated');
    assert.equal(await passwords.verify('another password', hash), 'differs');
  },
  'says no without a hash': async ({ passwords }) => {
    for (const password of [...PASSWORDS, '']) assert.equal(await passwords.verify(password, undefined), 'differs');
  },
  'says no to what is no hash of its own, and does not throw': async ({ passwords }) => {
    const hash = await passwords.hash('some password');
    const broken = [
      '',
      '$',
      'some password',
      hash.slice(1),
      hash.slice(0, -1),
      `${hash}A`,
      hash.toUpperCase(),
      `${hash}\n`,
    ];
    const costly = hash.replaceAll(/=\d+/g, '=4294967295');
    for (const text of [...broken, costly, '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy']) {
      assert.equal(await passwords.verify('some password', text), 'differs', text);
    }
  },
  'checks many at once, each by itself': async ({ passwords }) => {
    const hashes = await Promise.all(PASSWORDS.map((password) => passwords.hash(password)));
    const checks = PASSWORDS.flatMap((password) => hashes.map((hash) => passwords.verify(password, hash)));
    const expected = PASSWORDS.flatMap((_, one) => hashes.map((_hash, other) => (one === other ? 'fits' : 'differs')));
    assert.deepEqual(await Promise.all(checks), expected);
  },
};

const commonPromises: Promises<PasswordHasherHarness> = {
  'knows the commonest passwords, in upper and lower case': async ({ passwords }) => {
    const common = ['123456', 'password', 'PASSWORD', 'qWeRtYuIoP', '1qaz2wsx', 'iloveyou', 'letmein', 'Trustno1'];
    for (const password of common) assert.ok(passwords.isCommon(password), password);
    return Promise.resolve();
  },
  'takes no other password for a common one': async ({ passwords }) => {
    const uncommon = ['', 'constructor', '__proto__', 'of 3 rowing owls', ' password', 'Zm9yIHVzZSBpbiB0ZXN0cw'];
    for (const password of uncommon) assert.ok(!passwords.isCommon(password), password);
    return Promise.resolve();
  },
};

/**
 * What `PasswordHasher` promises, but for what depends on the machine: how long it takes, and how much may wait.
 *
 * @public
 */
export function passwordHasherContract(runner: TestRunner, open: () => Promise<PasswordHasherHarness>): void {
  declareContract(runner, 'password hasher', open, { ...hashingPromises, ...commonPromises });
}
