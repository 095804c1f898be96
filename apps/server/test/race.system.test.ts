import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiKeySecrets, jsonSchemas, sha256Digest, systemClock, ulidIds } from '@xzepr/adapters-node';
import { postgresBackend, postgresPoolConfig } from '@xzepr/adapters-postgres';
import { createRegistry, parseJsonText } from '@xzepr/core';
import type { GroupId, Principal, ReceiverId, Registry } from '@xzepr/core';
import { Pool } from 'pg';

import { createTestDatabase } from '../../../test/postgres.ts';
import type { TestDatabase } from '../../../test/postgres.ts';

const ROUNDS = 1_000;
const POSTERS = 50;
const RECEIVERS = 5;
const me: Principal = { id: 'racer', kind: 'service', roles: ['admin'] };

interface Instance {
  readonly registry: Registry;
  readonly close: () => Promise<void>;
}

/** A process of its own as far as the database can tell. */
async function openInstance(url: string): Promise<Instance> {
  const backend = postgresBackend(new Pool(postgresPoolConfig({ connectionString: url })), { deadlineMs: 20_000 });
  await backend.migrate();
  const payloads = jsonSchemas();
  const registry = createRegistry({
    ...{ unitOfWork: backend.unitOfWork, reader: backend.reader, payloads, clock: systemClock, ids: ulidIds },
    ...{ digest: sha256Digest, secrets: apiKeySecrets },
    onBackgroundError: (error) => {
      throw error;
    },
  });
  const close = async (): Promise<void> => {
    await registry.close();
    await payloads.close();
    await backend.close();
  };
  return { registry, close };
}

function json(text: string) {
  const parsed = parseJsonText(text);
  if (parsed.kind !== 'ok') throw new Error(`not JSON: ${text}`);
  return parsed.json;
}

describe('many posters of the last missing receivers, through two instances', () => {
  let database: TestDatabase;
  let instances: readonly [Instance, Instance];
  let receivers: readonly ReceiverId[];
  let group: GroupId;
  beforeAll(async () => {
    database = await createTestDatabase();
    instances = [await openInstance(database.url), await openInstance(database.url)];
    const [{ registry }] = instances;
    const schema = json('{"type":"object"}');
    const named = (type: string) => ({ name: 'race', type, version: '1', description: 'a race' });
    receivers = await Promise.all(
      Array.from({ length: RECEIVERS }, async (_, number) => {
        const receiver = await registry.createReceiver(me, { ...named(String(number)), schema });
        return receiver.id;
      }),
    );
    group = (await registry.createGroup(me, { ...named('g'), policy: 'latest', receiverIds: receivers })).id;
  });
  afterAll(async () => {
    await Promise.all(instances.map(({ close }) => close()));
    await database.drop();
  });

  it('complete the gate once in each round, by one of the answers and one row', async () => {
    const payload = json('{"passed":1}');
    const told: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const subject = { name: 'race', version: '1', release: String(round), platformId: 'p', package: 'k' };
      const events = await Promise.all(
        Array.from({ length: POSTERS }, (_, poster) => {
          const receiverId = receivers[poster % RECEIVERS] ?? ('' as ReceiverId);
          const { registry } = instances[poster % 2] ?? instances[0];
          return registry.recordEvent(me, { subject, description: 'raced', payload, success: true, receiverId });
        }),
      );
      told.push(events.flatMap(({ transitions }) => transitions).length);
    }
    expect(told.filter((count) => count !== 1)).toEqual([]);
    const pool = new Pool({ connectionString: database.url });
    const { rows } = await pool.query<{ readonly state: string; readonly generation: number; readonly count: string }>(
      'select state, generation, count(*) from transitions where group_id = $1 group by state, generation',
      [group],
    );
    const fed = await pool.query<{ readonly kind: string; readonly count: string }>(
      "select kind, count(*) from feed where kind in ('event.recorded', 'gate.completed') group by kind order by kind",
    );
    await pool.end();
    expect(rows).toEqual([{ state: 'completed', generation: 1, count: String(ROUNDS) }]);
    expect(fed.rows).toEqual([
      { kind: 'event.recorded', count: String(ROUNDS * POSTERS) },
      { kind: 'gate.completed', count: String(ROUNDS) },
    ]);
  });
});
