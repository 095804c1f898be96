import type { PGlite } from '@electric-sql/pglite';

import type { Send } from './burst.js';
import { registryErrorOf } from './map-pg-error.js';
import type { Row, SqlDatabase } from './sql.js';
import { repeated, transactionOver } from './transaction.js';

/**
 * PGlite, which is one connection: everything waits for what came before it.
 *
 * @internal
 */
export function pgliteDatabase(pglite: PGlite): SqlDatabase {
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work).catch((error: unknown) => {
      throw registryErrorOf(error);
    });
    // A failure is told to whoever asked; the next one only waits for its end.
    last = turn.catch(() => undefined);
    return turn;
  }

  const send: Send = async (_name, text, values) => {
    const { rows } = await pglite.query<Row>(text, [...values]);
    return { rows, command: text.toUpperCase() };
  };

  return {
    query: ({ text }, values) => inTurn(async () => (await send(undefined, text, values)).rows),
    run: ({ sql, parameters }) => inTurn(async () => (await send(undefined, sql, parameters)).rows),
    transaction: (opening, work) => inTurn(() => repeated(() => transactionOver(send, opening, work))),
    async close() {
      await last;
      if (!pglite.closed) await pglite.close();
    },
  };
}
