import type { Client } from 'pg';
import type { BenchRegistry } from './registry-setup.ts';

/**
 * Adds events up to `total`, with their feed rows, as the server would have written them over a long time: 20 events a
 * subject, half a million at a time.
 */
export async function fillTo(client: Client, registry: BenchRegistry, total: number): Promise<void> {
  const step = 500_000;
  for (;;) {
    const { rows } = await client.query<{ count: string }>('select count(*) as count from events');
    const missing = total - Number(rows[0]?.count ?? 0);
    if (missing <= 0) break;
    await client.query(FILL, [
      Math.min(step, missing),
      registry.receiverId,
      registry.otherReceiverId,
      Number(rows[0]?.count ?? 0),
    ]);
  }
  await client.query('analyze events');
  await client.query('analyze feed');
}

const FILL = `
with numbered as (
  select n, nextval('feed_position') as position, 'filled-' || ((n + $4::bigint) / 20)::text as release
  from generate_series(1, $1::int) as n
), added as (
  insert into events (id, position, subject_hash, name, version, release, platform_id, package, description, payload, success,
                      receiver_id, receiver_version, created_by, created_at)
  select '0' || upper(substr(md5(position::text), 1, 25)), position,
         sha256(convert_to('["filled","1","' || release || '","linux","oci"]', 'UTF8')), 'filled', '1', release, 'linux', 'oci', '',
         '{"passed":1,"failed":0,"suite":"unit"}', n % 7 <> 0, case when n % 2 = 0 then $2 else $3 end, 1, 'bench', now()
  from numbered
  returning position, id
)
insert into feed (position, kind, reference) select position, 'event.recorded', id from added`;
