import type { Client } from 'pg';

const ROWS = 256;

/**
 * What PostgreSQL takes: the columns of our events, 256 rows a statement and a commit each, from one connection, into a table
 * with only its key. Rows a second.
 */
export async function bareInserts(client: Client, seconds: number): Promise<number> {
  await client.query('drop table if exists bare_events');
  await client.query(`create table bare_events (id text primary key, name text, version text, release text, platform_id text,
    package text, description text, payload json, success boolean, receiver_id text, created_by text, created_at timestamptz)`);
  const began = performance.now();
  let rows = 0;
  while (performance.now() - began < seconds * 1_000) {
    const numbers = Array.from({ length: ROWS }, (_, index) => rows + index);
    await client.query({ name: 'bare', text: INSERT, values: columnsOf(numbers) });
    rows += ROWS;
  }
  return (rows * 1_000) / (performance.now() - began);
}

const INSERT = `insert into bare_events select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
  $7::text[], $8::json[], $9::boolean[], $10::text[], $11::text[], $12::timestamptz[])`;

function columnsOf(numbers: readonly number[]): unknown[] {
  const all = <T>(value: T): readonly T[] => numbers.map(() => value);
  return [
    numbers.map((number) => `01JD${String(number).padStart(22, '0')}`),
    ...['payments', '2.4.1'].map(all),
    numbers.map((number) => String(number % 50_000)),
    ...['linux-amd64', 'oci', 'unit tests', '{"passed":812,"failed":0,"suite":"unit"}'].map(all),
    all(true),
    ...['01JD0000000000000000000000', '01JD0000000000000000000000', '2026-01-01T00:00:00Z'].map(all),
  ];
}
