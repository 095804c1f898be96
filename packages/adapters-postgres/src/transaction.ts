import { burstOver } from './burst.js';
import type { Send } from './burst.js';
import { isWorthRepeating } from './map-pg-error.js';
import type { Opening, SqlConnection } from './sql.js';

const ATTEMPTS = 5;

/**
 * `work` in a transaction over one connection. `begin`, the opening and the first statements of `work` leave together.
 *
 * After an error PostgreSQL answers a commit with a rollback and calls that success, so the answer is looked at.
 *
 * @internal
 */
export async function transactionOver<T>(
  send: Send,
  opening: readonly Opening[],
  work: (connection: SqlConnection) => Promise<T>,
): Promise<T> {
  const burst = burstOver(send);
  try {
    const begun = [burst.query(BEGIN, []), ...opening.map(([statement, values]) => burst.query(statement, values))];
    const [result] = await Promise.all([work(burst), ...begun]);
    await burst.quiet();
    if (burst.cause() !== undefined) throw new Error('the transaction has failed');
    const { command } = await send(COMMIT.name, COMMIT.text, []);
    if (command !== 'COMMIT') throw new Error(`the database answered the commit with ${command}`);
    return result;
  } catch (error) {
    await burst.quiet();
    await send(ROLLBACK.name, ROLLBACK.text, []);
    throw burst.cause() ?? error;
  }
}

/**
 * Does it again when the database gave up on it for the sake of another transaction.
 *
 * @internal
 */
export async function repeated<T>(attempt: () => Promise<T>): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (number === ATTEMPTS || !isWorthRepeating(error)) throw error;
    }
  }
}

const BEGIN = { name: 'begin', text: 'begin' };
const COMMIT = { name: 'commit', text: 'commit' };
const ROLLBACK = { name: 'rollback', text: 'rollback' };
