import type { Duplex } from 'node:stream';

import { StoreUnavailableError } from '@xzepr/core';
import type { Pool, PoolClient } from 'pg';

import type { Send } from './burst.js';
import { registryErrorOf } from './map-pg-error.js';
import type { Row, SqlDatabase } from './sql.js';
import { repeated, transactionOver } from './transaction.js';

/**
 * When no connection is to be had, or a deadline has passed and the database says nothing to anyone, nobody waits for another
 * one, be it the next step of the same request or who stood in line behind it.
 */
const SILENCE_MS = 200;

/**
 * PostgreSQL through a pool. Nothing takes longer than `deadlineMs`, waiting for a connection included: then the connection is
 * cut and StoreUnavailableError thrown. What was under way may have been committed all the same.
 *
 * @internal
 */
export function pgDatabase(pool: Pool, deadlineMs: number): SqlDatabase {
  // An error without a listener ends the process: the pool listens to idle connections only and passes their errors on, and one
  // that is in use fails between two statements as well. Who uses it is told by their next statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));

  let silentUntil = 0;
  let heardAt = 0;
  const fallSilent = (): void => {
    silentUntil = performance.now() + SILENCE_MS;
  };
  const statements = (client: PoolClient): Send => {
    const send = sending(client);
    return async (name, text, values) => {
      const result = await send(name, text, values);
      heardAt = performance.now();
      return result;
    };
  };
  async function connected(): Promise<PoolClient> {
    try {
      return await pool.connect();
    } catch (error) {
      fallSilent();
      throw error;
    }
  }

  async function withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (performance.now() < silentUntil) throw new StoreUnavailableError({ cause: new Error('no answer just now') });
    const held: Held = {};
    const { promise: overdue, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      held.over = new StoreUnavailableError({ cause: new Error(`no answer within ${String(deadlineMs)} ms`) });
      if (performance.now() - heardAt > deadlineMs / 2) fallSilent();
      giveBack(held, true);
      reject(held.over);
    }, deadlineMs);
    try {
      return await Promise.race([overdue, use(connected, held, work)]);
    } catch (error) {
      throw registryErrorOf(error);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    query: ({ name, text }, values) =>
      withClient(async (client) => (await statements(client)(name, text, values)).rows),
    run: ({ sql, parameters }) => withClient((client) => searched(statements(client), sql, parameters)),
    transaction: (opening, work) =>
      withClient((client) => repeated(() => transactionOver(statements(client), opening, work))),
    close: () => pool.end(),
  };
}

/** The connection in use, and whether its time is over. */
interface Held {
  client?: PoolClient;
  over?: StoreUnavailableError;
}

/** A connection that broke must not be used again. */
async function use<T>(
  connected: () => Promise<PoolClient>,
  held: Held,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connected();
  if (held.over !== undefined) {
    client.release();
    throw held.over;
  }
  held.client = client;
  try {
    const result = await work(client);
    giveBack(held, false);
    return result;
  } catch (error) {
    giveBack(held, isBroken(error));
    throw error;
  }
}

/** Once only: what was cut at the deadline has been given back already. */
function giveBack(held: Held, broken: boolean): void {
  const { client } = held;
  delete held.client;
  client?.release(broken);
}

function isBroken(error: unknown): boolean {
  return registryErrorOf(error) instanceof StoreUnavailableError;
}

/** Statements that are put together for what is asked are planned for it too, other than the prepared ones, which are for anything. */
async function searched(send: Send, text: string, values: readonly unknown[]): Promise<readonly Row[]> {
  const answers = [
    send('plan_for_values', FOR_VALUES, []),
    send(undefined, text, values),
    send('plan_for_any', FOR_ANY, []),
  ];
  await Promise.allSettled(answers);
  const [, found] = await Promise.all(answers);
  return found?.rows ?? [];
}

const FOR_VALUES = 'set plan_cache_mode = auto';
const FOR_ANY = 'set plan_cache_mode = force_generic_plan';

function sending(client: PoolClient): Send {
  const gather = gathering(client.connection.stream);
  return async (name, text, values) => {
    const named = name === undefined ? {} : { name };
    gather();
    const { rows, command } = await client.query<Row>({ ...named, text, values: [...values] });
    return { rows, command };
  };
}

/**
 * Statements of one turn of the event loop leave in one write: each write of its own is a system call that also wakes the
 * database, and together they cost as much as everything else that a small batch does here. See docs/decisions/0006.
 */
function gathering(stream: Duplex): () => void {
  let gathered = false;
  return () => {
    if (gathered) return;
    gathered = true;
    stream.cork();
    process.nextTick(() => {
      gathered = false;
      stream.uncork();
    });
  };
}
