import Table from 'cli-table3';

/** How answers are written: a table for people, JSON for scripts. */
export interface Output {
  /** Rows of the same columns. */
  rows(rows: readonly Row[]): void;
  /** One thing, and what a person should know of it. */
  thing(row: Row, note?: string): void;
  done(what: string): void;
}

export type Row = Readonly<Record<string, unknown>>;

export function outputTo(stream: NodeJS.WritableStream, asJson: boolean): Output {
  const write = (text: string): void => {
    stream.write(`${text}\n`);
  };
  if (asJson) {
    return {
      rows: (rows) => {
        write(JSON.stringify(rows));
      },
      thing: (row) => {
        write(JSON.stringify(row));
      },
      done: (what) => {
        write(JSON.stringify({ done: what }));
      },
    };
  }
  return {
    rows: (rows) => {
      write(rows.length === 0 ? 'none' : tableOf(rows));
    },
    thing: (row, note) => {
      const table = new Table({ style: { head: [], border: [] } });
      for (const [name, value] of Object.entries(row)) table.push({ [name]: textOf(value) });
      write(table.toString());
      if (note !== undefined) write(note);
    },
    done: write,
  };
}

function tableOf(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const table = new Table({ head: columns, style: { head: [], border: [] } });
  for (const row of rows) table.push(columns.map((column) => textOf(row[column])));
  return table.toString();
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
