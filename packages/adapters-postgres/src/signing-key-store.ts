import type { SigningKeyStore } from '@xzepr/core';

import { optionalTime, text, time, utc } from './rows.js';
import type { SqlConnection } from './sql.js';

/** @internal */
export function postgresSigningKeyStore(connection: SqlConnection): SigningKeyStore {
  return {
    async list() {
      const rows = await connection.query(LIST, []);
      return rows.map((row) => ({
        kid: text(row, 'kid'),
        algorithm: text(row, 'algorithm'),
        material: text(row, 'material'),
        signsFrom: time(row, 'signs_from'),
        verifiesUntil: optionalTime(row, 'verifies_until'),
      }));
    },
    async add({ kid, algorithm, material, signsFrom, verifiesUntil }) {
      await connection.query(ADD, [kid, algorithm, material, signsFrom, verifiesUntil ?? null]);
    },
    async endAt(kid, verifiesUntil) {
      await connection.query(END, [kid, verifiesUntil]);
    },
    async forgetEnded(before) {
      return (await connection.query(FORGET, [before])).length;
    },
  };
}

const LIST = {
  name: 'signing_key_list',
  text: `select kid, algorithm, material, ${utc('signs_from')} as signs_from, ${utc('verifies_until')} as verifies_until
    from signing_keys`,
};

const ADD = {
  name: 'signing_key_add',
  text: `insert into signing_keys (kid, algorithm, material, signs_from, verifies_until)
    values ($1, $2, $3, $4::timestamptz, $5::timestamptz)`,
};

const END = {
  name: 'signing_key_end',
  text: 'update signing_keys set verifies_until = $2::timestamptz where kid = $1',
};

const FORGET = {
  name: 'signing_key_forget',
  text: 'delete from signing_keys where verifies_until < $1::timestamptz returning kid',
};
