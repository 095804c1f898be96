import { isFollowOn } from './map-pg-error.js';
import type { Row, SqlConnection, Statement, Unprepared } from './sql.js';

/** @internal What a driver answers to one statement. */
interface DriverResult {
  readonly rows: readonly Row[];
  readonly command: string;
}

/** @internal Sends one statement; named ones are prepared. */
export type Send = (name: string | undefined, text: string, values: readonly unknown[]) => Promise<DriverResult>;

/**
 * Statements sent over one connection in a transaction, without waiting for one another.
 *
 * @internal
 */
export interface Burst extends SqlConnection {
  /** Ends with everything sent so far answered, whether well or not. */
  quiet(): Promise<void>;
  /** The failure that began it when one led to others; undefined when nothing failed. */
  cause(): unknown;
}

/** @internal */
export function burstOver(send: Send): Burst {
  let sent: Promise<unknown>[] = [];
  let first: { readonly error: unknown } | undefined;

  async function tracked(answer: Promise<DriverResult>): Promise<readonly Row[]> {
    const noted = answer.catch((error: unknown) => {
      if (!isFollowOn(error)) first ??= { error };
      throw error;
    });
    // A failure is told to whoever asked; `quiet` only waits for its end.
    sent.push(noted.catch(() => undefined));
    return (await noted).rows;
  }

  return {
    query: ({ name, text }: Statement, values) => tracked(send(name, text, values)),
    run: ({ sql, parameters }: Unprepared) => tracked(send(undefined, sql, parameters)),
    async quiet() {
      while (sent.length > 0) {
        const waiting = sent;
        sent = [];
        await Promise.all(waiting);
      }
    },
    cause: () => first?.error,
  };
}
